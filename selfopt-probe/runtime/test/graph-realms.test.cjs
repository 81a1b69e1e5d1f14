'use strict';
// Values of other realms (vm contexts, where jest and vitest run everything), and a realm whose
// built-ins were replaced.

const test = require('node:test');
const assert = require('node:assert');
const path = require('node:path');
const vm = require('node:vm');
const { spawnSync } = require('node:child_process');
const { addRealm, clone, decode, difference, encode } = require('../graph.cjs');
const { createRegistry } = require('../registry.cjs');

const SOURCE = `[
  {a: [1, , 3]}, new Map([[1, new Set([2])]]), new Date(3), /x/gi, new TypeError('m'), new Uint8Array([1, 2]),
  Object('s'), Object.freeze([1]), Object.create(null), Symbol.iterator, Symbol.for('k'), new ArrayBuffer(2),
  new DataView(new ArrayBuffer(2)), (function () { 'use strict'; return arguments; })(1), Object.create({inherited: 1}),
  Object, Array, Error, Object.assign([1], {extra: 2}), new Float64Array(2), 5n, new (class extends Array {})().concat([1]).length,
]`;

test('values of a vm context are written like those of this realm, and rebuilt in this realm', () => {
  const there = vm.runInNewContext(SOURCE);
  const here = vm.runInThisContext(SOURCE);
  assert.deepStrictEqual(encode(there), encode(here));
  const again = decode(encode(there));
  assert.ok(again[0].a instanceof Array && again[1] instanceof Map && again[4] instanceof TypeError);
});

test('copies stay in the realm of the original', () => {
  const there = vm.runInNewContext(SOURCE);
  const { roots, shared } = clone([there]);
  assert.ok(shared.every((value) => typeof value !== 'object'), 'something was shared');
  assert.strictEqual(Object.getPrototypeOf(roots[0]), Object.getPrototypeOf(there));
  assert.strictEqual(Object.getPrototypeOf(roots[0][1]), Object.getPrototypeOf(there[1]));
  assert.notStrictEqual(roots[0][1], there[1]);
  const live = { mode: 'live', identities: new Map() };
  assert.strictEqual(difference(encode([there], live), encode(roots, live)), null);
});

test('what is refused here is refused there', () => {
  const refused = (source) => {
    try {
      encode([vm.runInNewContext(source)]);
      return 'written';
    } catch (error) {
      return error.reason;
    }
  };
  assert.strictEqual(refused('() => 1'), 'function');
  assert.strictEqual(refused('class A {} new A()'), 'class-instance:A');
  assert.strictEqual(refused('new Proxy({}, {})'), 'proxy');
  assert.strictEqual(refused('Promise.resolve()'), 'promise');
  assert.strictEqual(refused('[][Symbol.iterator]()'), 'host-object');
  assert.strictEqual(refused('"a".matchAll(/a/g)'), 'host-object');
  assert.strictEqual(refused('new WeakRef({})'), 'weak-collection');
  assert.strictEqual(refused('new WeakMap()'), 'weak-collection');
  assert.strictEqual(refused('(function* () {})()'), 'generator');
  // A method of a realm that nobody announced has a name, but not a place.
  assert.strictEqual(refused('[].push'), 'function');
});

test('a realm is announced by hand or by its global object as `this` of a call', () => {
  const source = '[Math.max, Math, JSON, [].push, [][Symbol.iterator], Map.prototype, globalThis]';
  const names = ['Math.max', 'Math', 'JSON', 'Array.prototype.push', 'Array.prototype.values', 'Map.prototype', 'globalThis'];
  const expected = names.map((name) => ['intrinsic', name]);
  const byHand = vm.createContext({});
  addRealm(vm.runInContext('globalThis', byHand));
  assert.deepStrictEqual(encode([vm.runInContext(source, byHand)]).nodes[0].items, expected);
  const byCall = vm.createContext({});
  const self = vm.runInContext('(function () { return this; })()', byCall);
  assert.deepStrictEqual(encode([self, vm.runInContext(source, byCall)]).roots[0], ['intrinsic', 'globalThis']);
  assert.deepStrictEqual(encode([vm.runInContext(source, byCall)]).nodes[0].items, expected);
});

test('no function of the project passes as a built-in', () => {
  const evil = function max() { return 0; };
  const global = vm.createContext({});
  const made = vm.runInContext('globalThis', global);
  made.Math = { max: evil };
  made.parseInt = (() => 1).bind(null);
  made.Set = class Set {};
  addRealm(made);
  for (const value of [evil, made.parseInt, made.Set, made.Math]) {
    assert.throws(() => encode([value]), { reason: 'function' });
  }
  const fake = { Array: function Array() {} };
  fake.globalThis = fake;
  assert.throws(() => encode([fake]), { reason: 'function' });
});

test('classes of a context are registered like others', () => {
  const registry = createRegistry();
  const { A, a } = vm.runInNewContext('class A { constructor() { this.x = [1]; } } ({A, a: new A()})');
  registry.addClasses('src/a.js', { A });
  const [again] = decode(encode([a], { registry }), { registry });
  assert.strictEqual(Object.getPrototypeOf(again), A.prototype);
  assert.deepStrictEqual([...again.x], [1]);
});

test('built-ins that the project replaced or broke afterwards do not matter', () => {
  const program = `
    const { clone, decode, difference, encode, fromBytes, print, shape, sizes, toBytes } = require(${JSON.stringify(path.join(__dirname, '..', 'graph.cjs'))});
    const { createRegistry } = require(${JSON.stringify(path.join(__dirname, '..', 'registry.cjs'))});
    class Point { constructor() { this.x = 1; } }
    const registry = createRegistry();
    registry.addClasses('a.js', { Point });
    const list = [1, , -0];
    const value = { list, again: list, map: new Map([[{}, new Set([1])]]), date: new Date(1), re: /a/g, p: new Point(), n: 5n,
      error: new Error('m'), bytes: new Uint8Array([1]), buffer: Buffer.from('x'), boxed: Object('s'), s: Symbol.for('k') };
    const before = JSON.stringify(encode([value], { registry }));
    const stringify = JSON.stringify;
    const write = process.stdout.write.bind(process.stdout);
    const Plain = Error;
    const boom = function () { throw new Plain('a replaced built-in ran'); };
    for (const holder of [Map.prototype, Set.prototype, WeakMap.prototype, Date.prototype, RegExp.prototype, Object, Reflect,
      Symbol, Object.prototype, Array.prototype, Array, Number.prototype, BigInt.prototype, String.prototype, Math, JSON]) {
      for (const key of Reflect.ownKeys(holder)) {
        if (key === 'constructor' || key === '__proto__' || key === Symbol.iterator) continue;
        const descriptor = Object.getOwnPropertyDescriptor && descriptorOf(holder, key);
        if (!descriptor.configurable) continue;
        if (typeof descriptor.value === 'function') kept.push([holder, key, descriptor]);
      }
    }
    for (const key of ['Map', 'Set', 'Date', 'RegExp', 'Error', 'TypeError', 'ArrayBuffer', 'DataView', 'Uint8Array', 'Proxy', 'Symbol',
      'Object', 'Array', 'WeakMap', 'BigInt', 'Math', 'JSON', 'Reflect', 'Buffer']) {
      kept.push([globalThis, key, descriptorOf(globalThis, key)]);
    }
    for (const [holder, key] of kept) define(holder, key, { value: boom, configurable: true, writable: true });
    let problem = null;
    let after;
    try {
      after = encode([value], { registry });
      const copy = clone([value], { registry }).roots;
      const rebuilt = decode(after, { registry });
      const a = encode(copy, { registry });
      const b = encode(rebuilt, { registry });
      const found = difference(after, encode([{ list: [1] }]));
      const other = encode([[1, { a: 2 }]]);
      const texts = [print(after, 500), shape(after), difference(other, encode([[1, { a: 3 }]])).path, difference(after, a)];
      texts[4] = sizes(after).elements;
      texts[5] = fromBytes(toBytes(other)).roots.length;
      undo();
      if (found.path !== '[0].again' || texts[2] !== '[0][1].a' || texts[3] !== null || texts[5] !== 1) problem = texts.join('; ');
      if (stringify(after) !== before || stringify(a) !== before || stringify(b) !== before) problem = 'another encoding';
    } catch (error) {
      undo();
      problem = error.stack;
    }
    write(problem === null ? 'fine' : problem);
  `;
  const start = `
    const descriptorOf = Object.getOwnPropertyDescriptor;
    const define = Object.defineProperty;
    const kept = [];
    const undo = () => { for (let i = 0; i < kept.length; i += 1) define(kept[i][0], kept[i][1], kept[i][2]); };
  `;
  const { stdout, stderr } = spawnSync(process.execPath, ['-e', start + program], { encoding: 'utf8' });
  assert.strictEqual(stdout, 'fine', stderr);
});
