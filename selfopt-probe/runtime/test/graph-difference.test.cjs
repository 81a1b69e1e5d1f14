'use strict';
// What counts as a difference, where it is said to be, and what does not count.

const test = require('node:test');
const assert = require('node:assert');
const { difference, encode } = require('../graph.cjs');
const { createRegistry } = require('../registry.cjs');

class Left { constructor() { this.a = 1; } }
class Right { constructor() { this.a = 1; } }
const registry = createRegistry();
registry.addClasses('a.js', { Left, Right });

const compare = (a, b) => difference(encode([a], { registry }), encode([b], { registry }));
const define = (object, key, attributes) => Object.defineProperty(object, key, { value: 1, writable: true, enumerable: true, configurable: true, ...attributes });
const twice = (value) => [value, value];
const cycle = (length) => {
  const first = { next: null };
  let last = first;
  for (let i = 1; i < length; i += 1) last = { next: last };
  first.next = last;
  return first;
};

/** name, base, candidate, path, what is said of base, what is said of candidate */
const DIFFERENT = [
  ['a number', 1, 2, '[0]', '1', '2'],
  ['zero and minus zero', { a: 0 }, { a: -0 }, '[0].a', '0', '-0'],
  ['NaN and undefined', [NaN], [undefined], '[0][0]', 'NaN', 'undefined'],
  ['null and undefined', [null], [undefined], '[0][0]', 'null', 'undefined'],
  ['a number and its text', [1], ['1'], '[0][0]', '1', '"1"'],
  ['a number and a bigint', [1], [1n], '[0][0]', '1', '1n'],
  ['a primitive and its object', ['a'], [Object('a')], '[0][0]', '"a"', 'Object("a")'],
  ['a hole and undefined', [, 1], [undefined, 1], '[0][0]', '(hole)', 'undefined'], // eslint-disable-line no-sparse-arrays
  ['length', [1], [1, 1], '[0].length', '1', '2'],
  ['holes at the end', [1], Object.assign([1], { length: 3 }), '[0].length', '1', '3'],
  ['a missing key', { a: 1, b: 2 }, { b: 2 }, '[0].a', '1', '(no such property)'],
  ['an extra key', { b: 2 }, { a: 1, b: 2 }, '[0].a', '(no such property)', '1'],
  ['the order of keys', { a: 1, b: 2 }, { b: 2, a: 1 }, '[0](order of keys)', '.a .b', '.b .a'],
  ['a symbol key', { [Symbol.for('k')]: 1 }, { [Symbol.for('k')]: 2 }, '[0][Symbol(k)]', '1', '2'],
  ['another symbol', [Symbol.for('a')], [Symbol.for('b')], '[0][0]', 'Symbol.for("a")', 'Symbol.for("b")'],
  ['a well-known and a registered symbol', [Symbol.iterator], [Symbol.for('iterator')], '[0][0]', 'Symbol.iterator', 'Symbol.for("iterator")'],
  ['the prototype', {}, Object.create(null), '[0][[Prototype]]', '(the usual one)', 'null'],
  ['the class', new Left(), new Right(), '[0][[Prototype]]', 'a.js#Left.prototype', 'a.js#Right.prototype'],
  ['a class and a plain object', new Left(), { a: 1 }, '[0][[Prototype]]', 'a.js#Left.prototype', '(the usual one)'],
  ['an own prototype', Object.create({ a: 1 }), Object.create({ a: 2 }), '[0][[Prototype]].a', '1', '2'],
  ['an array and an object', [1], { 0: 1 }, '[0]', '[1]', '{"0": 1}'],
  ['writability', define({}, 'a', {}), define({}, 'a', { writable: false }), '[0].a', 'usual attributes', 'enumerable, configurable'],
  ['enumerability of an element', [1], define([], 0, { enumerable: false }), '[0][0]', 'usual attributes', 'writable, configurable'],
  ['a frozen object', { a: 1 }, Object.freeze({ a: 1 }), '[0]', 'extensible', 'frozen'],
  ['a sealed and a frozen one', Object.seal([1]), Object.freeze([1]), '[0]', 'sealed', 'frozen'],
  ['a fixed length', [1], Object.defineProperty([1], 'length', { writable: false }), '[0].length', 'writable', 'not writable'],
  ['a field of an array', [1], Object.assign([1], { total: 1 }), '[0].total', '(no such property)', '1'],
  ['Map order', new Map([[1, 1], [2, 2]]), new Map([[2, 2], [1, 1]]), '[0][key 0]', '1', '2'],
  ['a Map value', new Map([['k', { a: 1 }]]), new Map([['k', { a: 2 }]]), '[0].get("k").a', '1', '2'],
  ['Map size', new Map([[1, 1]]), new Map(), '[0][key 0]', '1', '(hole)'],
  ['Set order', new Set([1, 2]), new Set([2, 1]), '[0][item 0]', '1', '2'],
  ['a Date', new Date(1), new Date(2), '[0].valueOf()', '1', '2'],
  ['an invalid Date', new Date(NaN), new Date(2), '[0].valueOf()', 'NaN', '2'],
  ['flags', /a/g, /a/, '[0]', '/a/g', '/a/'],
  ['lastIndex', Object.assign(/a/g, { lastIndex: 1 }), /a/g, '[0].lastIndex', '1', '0'],
  ['the class of an error', new TypeError('m'), new RangeError('m'), '[0][[Prototype]]', 'TypeError.prototype', 'RangeError.prototype'],
  ['a message', new Error('m'), new Error('n'), '[0].message', '"m"', '"n"'],
  ['a cause', new Error('m', { cause: 1 }), new Error('m', { cause: 2 }), '[0].cause', '1', '2'],
  ['a code', Object.assign(new Error('m'), { code: 1 }), new Error('m'), '[0].code', '1', '(no such property)'],
  ['a typed array', new Uint8Array([1, 2]), new Uint8Array([1, 3]), '[0].buffer[byte 1]', '2', '3'],
  ['its kind', new Uint8Array(2), new Int8Array(2), '[0]', 'Uint8Array(2) [0, 0]', 'Int8Array(2) [0, 0]'],
  ['its length', new Uint8Array(2), new Uint8Array(3), '[0].length', '2', '3'],
  ['its buffer', twice(new Uint8Array(2)), [new Uint8Array(2), new Uint8Array(2)], '[0][1]',
    '<*1> Uint8Array(2) [0, 0] (the same object as [0][0])', 'Uint8Array(2) [0, 0] (an object of its own)'],
  ['an ArrayBuffer and a shared one', new ArrayBuffer(1), new SharedArrayBuffer(1), '[0]', 'ArrayBuffer <00>', 'SharedArrayBuffer <00>'],
  ['aliasing', twice({}), [{}, {}], '[0][1]', '<*1> {} (the same object as [0][0])', '{} (an object of its own)'],
  ['aliasing the other way', [{}, {}], twice({}), '[0][1]', '{} (an object of its own)', '<*1> {} (the same object as [0][0])'],
  ['the length of a cycle', cycle(2), cycle(3), '[0].next.next',
    '<*1> {next: {next: [Same *1]}} (the same object as [0])', '{next: <*1> {next: {next: {next: [Same *1]}}}} (an object of its own)'],
  ['a built-in', [Math.max], [Math.min], '[0][0]', 'Math.max', 'Math.min'],
  ['a class itself', [Left], [Right], '[0][0]', 'a.js#Left', 'a.js#Right'],
];

for (const [name, base, candidate, path, said, saidToo] of DIFFERENT) {
  test(`differs: ${name}`, () => {
    assert.deepStrictEqual(compare(base, candidate), { path, base: said, candidate: saidToo });
    assert.notStrictEqual(compare(candidate, base), null);
    assert.strictEqual(compare(base, base), null);
    assert.strictEqual(compare(candidate, candidate), null);
  });
}

test('the first difference is told, breadth first', () => {
  assert.strictEqual(compare({ a: { deep: 1 }, b: 1 }, { a: { deep: 2 }, b: 2 }).path, '[0].b');
});

test('aliases between roots count, and so does their number', () => {
  const o = {};
  assert.deepStrictEqual(difference(encode([o, o]), encode([{}, {}]), ['result', 'args[0]']), {
    path: 'args[0]', base: '<*1> {} (the same object as result)', candidate: '{} (an object of its own)',
  });
  assert.deepStrictEqual(difference(encode([1]), encode([1, 2])), { path: '[1]', base: 'undefined', candidate: '2' });
  assert.deepStrictEqual(difference(encode([1]), encode([1, undefined])), {
    path: '(number of values)', base: '1', candidate: '2',
  });
});

test('how nodes are numbered does not count', () => {
  const a = encode([{ x: { p: 1 }, y: [2] }]);
  const b = JSON.parse(JSON.stringify(a));
  [b.nodes[1], b.nodes[2]] = [b.nodes[2], b.nodes[1]];
  b.nodes[0].vals = [[2], [1]];
  assert.strictEqual(difference(a, b), null);
  const sparse = [];
  sparse[3000] = 1;
  const written = encode([sparse]);
  const dense = JSON.parse(JSON.stringify(written));
  dense.nodes[0].items = new Array(3000).fill(['hole']).concat([1]);
  delete dense.nodes[0].idx;
  assert.strictEqual(difference(written, dense), null);
  dense.nodes[0].items[7] = 5;
  assert.deepStrictEqual(difference(written, dense), { path: '[0][7]', base: '(hole)', candidate: '5' });
});

test('where a Buffer lies in the pool does not count, what it shares does', () => {
  const bytes = () => Buffer.from('some bytes');
  assert.strictEqual(compare(bytes(), bytes()), null);
  const b = bytes();
  assert.strictEqual(compare([bytes(), bytes()], [b, b.subarray(0)]).path, '[0][1].buffer');
});

test('live: functions and opaque objects by identity, accessors by their functions', () => {
  const identities = new Map();
  const live = (...roots) => encode(roots, { mode: 'live', identities });
  const f = () => 1;
  const g = () => 1;
  assert.strictEqual(difference(live(f), live(f)), null);
  assert.deepStrictEqual(difference(live({ f }), live({ f: g })), { path: '[0].f', base: '<live #0>', candidate: '<live #1>' });
  const withGetter = (get) => Object.defineProperty({}, 'x', { get, enumerable: true });
  assert.strictEqual(difference(live(withGetter(f)), live(withGetter(f))), null);
  assert.strictEqual(difference(live(withGetter(f)), live(withGetter(g))).path, '[0].x[get]');
  assert.strictEqual(difference(live(withGetter(f)), live({ x: 1 })).path, '[0].x');
  const p = Promise.resolve();
  assert.strictEqual(difference(live([p]), live([p])), null);
  assert.strictEqual(difference(live([p]), live([Promise.resolve()])).path, '[0][0]');
});

test('live: what holds more than it shows is equal to itself only', () => {
  class Secret { #s; constructor(s) { this.#s = s; } get() { return this.#s; } }
  class Color { constructor() { this.a = '#fff'; } }
  const identities = new Map();
  const live = (...roots) => encode(roots, { mode: 'live', identities });
  const list = [1, 2];
  const pairs = [
    [new Secret(1), new Secret(2)], [new URL('http://a/'), new URL('http://b/')], [list.values(), list.values()],
    [new Intl.NumberFormat('en'), new Intl.NumberFormat('de')],
  ];
  for (const [a, b] of pairs) {
    assert.notStrictEqual(difference(live(a), live(b)), null);
    assert.strictEqual(difference(live(a), live(a)), null);
  }
  const secret = new Secret(1);
  const before = live(secret);
  secret.field = 1;
  assert.strictEqual(difference(before, live(secret)).path, '[0].field');
  assert.strictEqual(difference(live(new Color()), live(new Color())), null);
});

test('a million links are compared without recursion, and their path is short', () => {
  const chain = (end) => {
    let list = end;
    for (let i = 0; i < 200000; i += 1) list = [list];
    return list;
  };
  const options = { maxNodes: 1e6 };
  const found = difference(encode([chain(1)], options), encode([chain(2)], options));
  assert.strictEqual(found.base, '1');
  assert.ok(found.path.length < 200, found.path);
});

test('objects with the same many keys in another order are told quickly', () => {
  const forward = {};
  const backward = {};
  for (let i = 0; i < 50000; i += 1) forward[`k${i}`] = 1;
  for (let i = 50000; i > 0; i -= 1) backward[`k${i - 1}`] = 1;
  assert.strictEqual(compare(forward, backward).path, '[0](order of keys)');
});
