'use strict';
// What is concluded from the text of a function: whether calling it again could be noticed, and
// whether its text says all that it does.
const test = require('node:test');
const assert = require('node:assert');
const { effectOf, hasNoticedBuiltIn } = require('../callbacks.cjs');
const { closedText } = require('../fresh.cjs');
const { encode } = require('../graph.cjs');
const { isArrow, nameFunction } = require('../named.cjs');

const outer = { n: 0, list: [], g: (x) => x };
let count = 0;
const spy = Object.assign(() => 1, { calls: [] });

test('callbacks that show no effect may be called again', () => {
  for (const fn of [
    (a, b) => a - b,
    (a, b) => (a.x < b.x ? -1 : a.x > b.x ? 1 : 0),
    (e) => outer.g(e),
    (e) => outer.list[e] === 3 || e >= 2,
    function plain(x) { const y = x * 2; const { z } = x; return y + z; },
    function withThis() { return this.x; },
    (x) => `${x}!`,
    function transformed(v) { var _a; return (_a = outer.g(v)) !== null && _a !== void 0 ? _a : []; },
    (list) => { let s = 0; let $i; for (const x of list) s += x; for ($i = 0; $i < 2; $i++) s -= 1; return s; },
    function defaults(x) { x = x || {}; return x.a; },
    (x) => x.filter((y) => y !== 1).map((y) => y.z),
    class A { constructor() { this.x = 1; } },
    () => { throw new Error('x'); },
    (x) => { x.a = 1; x.list[0] += 2; },
    async ({ seen }, i) => { await null; seen.push(i); return i; },
    (sum, x) => { sum.total += x; return sum; },
    async (x) => { await x; return outer.g(x); },
  ]) assert.strictEqual(effectOf(fn), null, String(fn));
});

test('callbacks that could be noticed may not', () => {
  /* eslint-disable no-unused-expressions */
  for (const [fn, reason] of [
    [(x) => outer.list.push(x), 'callback-with-effects'],
    [() => { outer.n += 1; }, 'callback-with-effects'],
    [() => { outer.n = 1; }, 'callback-with-effects'],
    [() => outer.n++, 'callback-with-effects'],
    [(x) => { outer.x.a = x; }, 'callback-with-effects'],
    [({ x }) => outer.x.push(x), 'callback-with-effects'],
    [({ x = outer }) => x.push(1), 'callback-with-effects'],
    [(x) => { const y = outer; y.a = x; }, 'callback-with-effects'],
    [(x) => { x = outer; x.a = 1; }, 'callback-with-effects'],
    [(x) => { for (x of outer.list) x.a = 1; }, 'callback-with-effects'],
    [(n) => { outer.n = n; }, 'callback-with-effects'],
    [(x) => { const set = () => { let count = 0; return count; }; count = set(x); }, 'callback-with-effects'],
    [() => { outer.n >>= 1; }, 'callback-with-effects'],
    [(x) => { const y = x; outer.n = y; }, 'callback-with-effects'],
    [(x) => { delete x.a; }, 'callback-with-effects'],
    [(x) => assert.ok(x), 'callback-with-effects'],
    [() => Math.random(), 'callback-with-effects'],
    [(done) => done(), 'callback-with-effects'],
    [(x) => console.log(x), 'callback-with-effects'],
    [() => this.x, 'callback-with-this'],
    [spy, 'callback-spy'],
    [new Proxy(() => 1, {}), 'callback-spy'],
    [outer.g.bind(null), 'callback-native'],
    [new Function(`return ${'1 + '.repeat(2000)}1`), 'callback-too-long'],
  ]) assert.strictEqual(effectOf(fn), reason, String(fn).slice(0, 80));
});

test('built-ins that are noticed are found wherever they are', () => {
  const has = (...values) => hasNoticedBuiltIn(encode(values, { mode: 'live' }));
  for (const value of [console.log, { a: [setTimeout] }, [queueMicrotask], new Map([[1, clearInterval]])]) {
    assert.strictEqual(has(value), true);
  }
  assert.strictEqual(has(Math.max, [parseInt], { a: Array.prototype.push }, console), false);
});

test('the text of a function says all when it uses nothing but its parameters', () => {
  for (const fn of [
    () => undefined, () => true, (x) => x, (a, b) => a.x - b.x, function () { return 'text of x'; },
    function named(x) { if (x > 1) return null; return x.length * 2.5; },
  ]) assert.strictEqual(closedText(fn), String(fn));
  for (const fn of [
    () => outer, () => this, (x) => outer.g(x), (x) => ({ [outer]: x }), (x = outer) => x, ({ x }) => x,
    (x) => { x.a = 1; }, (x) => x.n++, () => /x/, (x) => `${x}`, async (x) => x, new Proxy(() => 1, {}),
    function* () {}, class A {}, Math.max, () => arguments, // eslint-disable-line no-undef
  ]) assert.strictEqual(closedText(fn), null, String(fn));
});

test('arrows are told from methods and functions', () => {
  const object = { method() {}, async later() {}, *many() {}, 'a b'() {}, [`c${1}`]() {}, get() {} };
  for (const fn of [() => 1, (x) => x, async () => 1, async (x) => x, ({ a }, ...b) => [a, b], eval('x => x'), eval('async x => x')]) {
    assert.strictEqual(isArrow(fn), true, String(fn));
  }
  for (const fn of [...Object.values(object), function f() {}, async function f() {}, class A {}, Math.max, (() => 1).bind(null)]) {
    assert.strictEqual(isArrow(fn), false, String(fn));
  }
});

test('a name is given only where there is none', () => {
  const nameless = (() => () => 1)();
  assert.strictEqual(nameFunction(nameless, 'n'), nameless);
  assert.deepStrictEqual(Object.getOwnPropertyDescriptor(nameless, 'name'), { value: 'n', writable: false, enumerable: false, configurable: true });
  assert.strictEqual(nameFunction(nameless, 'm').name, 'n');
  assert.strictEqual(nameFunction((() => () => 1)(), '').name, '');
  assert.strictEqual(nameFunction(5, 'n'), 5);
});
