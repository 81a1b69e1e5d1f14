'use strict';
// Live copies: what they keep, what they share, and what they say about callbacks.

const test = require('node:test');
const assert = require('node:assert');
const util = require('node:util');
const { NotCopyable, clone, difference, encode } = require('../graph.cjs');
const { createRegistry } = require('../registry.cjs');

const only = (value, options) => {
  const { roots, shared } = clone([value], options);
  return { copy: roots[0], shared };
};

test('a copy has the same content and other objects', () => {
  const inner = { n: 1 };
  const value = { list: [inner, inner], map: new Map([[inner, new Set([inner])]]), when: new Date(5), bytes: new Uint8Array([1, 2]) };
  value.self = value;
  const { copy, shared } = only(value);
  assert.deepStrictEqual(shared, []);
  assert.ok(util.isDeepStrictEqual(copy, value));
  assert.notStrictEqual(copy, value);
  assert.strictEqual(copy.self, copy);
  assert.strictEqual(copy.list[0], copy.list[1]);
  assert.notStrictEqual(copy.list[0], inner);
  assert.deepStrictEqual([...copy.map.get(copy.list[0])], [copy.list[0]]);
  copy.bytes[0] = 9;
  copy.list[0].n = 2;
  assert.deepStrictEqual([value.bytes[0], inner.n], [1, 1]);
});

test('roots that share objects still do', () => {
  const o = {};
  const { roots } = clone([o, { o }, o]);
  assert.strictEqual(roots[0], roots[1].o);
  assert.strictEqual(roots[0], roots[2]);
});

test('prototypes and functions are the same, getters are copied and not run', () => {
  class Animal {
    constructor() { this.legs = 4; this.cry = () => 'mu'; }
    get sound() { throw new Error('a getter ran'); }
  }
  const value = new Animal();
  Object.defineProperty(value, 'lazy', { get() { throw new Error('a getter ran'); }, configurable: true });
  const { copy } = only(value);
  assert.strictEqual(Object.getPrototypeOf(copy), Animal.prototype);
  assert.strictEqual(copy.cry, value.cry);
  assert.deepStrictEqual(Object.getOwnPropertyDescriptors(copy), Object.getOwnPropertyDescriptors(value));
});

test('subclasses of built-ins keep their content and class', () => {
  class Bag extends Map { get() { throw new Error('a method ran'); } }
  const bag = Object.assign(new Bag([[1, { a: 2 }]]), { extra: 1 });
  bag.set = () => { throw new Error('a method ran'); };
  class Row extends Array {}
  class Failure extends TypeError {}
  class Day extends Date {}
  for (const value of [bag, Row.of(1, 2), new Failure('m', { cause: 1 }), new Day(7)]) {
    const { copy } = only(value);
    assert.notStrictEqual(copy, value);
    assert.strictEqual(Object.getPrototypeOf(copy), Object.getPrototypeOf(value));
    const live = { mode: 'live', identities: new Map() };
    assert.deepStrictEqual(encode([copy], live), encode([value], live));
  }
});

test('closed objects, attributes and holes are kept', () => {
  for (const value of [
    Object.freeze({ a: { b: 1 } }), Object.seal([1, , 2]), Object.preventExtensions(new Map([[1, 1]])), // eslint-disable-line no-sparse-arrays
    Object.freeze([1, 2]), Object.defineProperty({}, 'x', { value: 1 }), Object.defineProperty([1], 'length', { writable: false }),
    Object.assign([], { extra: 1, length: 4 }), Object.freeze(/x/g), Object.freeze(Object('abc')), new Array(5000),
  ]) {
    const { copy, shared } = only(value);
    assert.deepStrictEqual(shared, []);
    assert.deepStrictEqual(Object.getOwnPropertyDescriptors(copy), Object.getOwnPropertyDescriptors(value));
    assert.strictEqual(Object.isFrozen(copy), Object.isFrozen(value));
    assert.strictEqual(Object.isSealed(copy), Object.isSealed(value));
    assert.strictEqual(Object.isExtensible(copy), Object.isExtensible(value));
  }
});

test('views of one buffer are views of one copy', () => {
  const buffer = new ArrayBuffer(8);
  const { roots } = clone([new Uint8Array(buffer, 2, 2), new DataView(buffer), buffer, new Uint8Array(new SharedArrayBuffer(2))]);
  roots[0][0] = 7;
  assert.strictEqual(roots[1].getUint8(2), 7);
  assert.strictEqual(roots[0].buffer, roots[2]);
  assert.strictEqual(new Uint8Array(buffer)[2], 0);
  assert.ok(roots[3].buffer instanceof SharedArrayBuffer);
});

test('arguments objects are copied', () => {
  const strict = (function f() { return arguments; })(1, { a: 1 });
  const sloppy = new Function('return arguments')(1, { a: 1 });
  for (const value of [strict, sloppy]) {
    const { copy, shared } = only(value);
    assert.deepStrictEqual(shared, []);
    assert.ok(util.types.isArgumentsObject(copy));
    assert.deepStrictEqual([...copy], [1, { a: 1 }]);
    assert.notStrictEqual(copy[1], value[1]);
    assert.deepStrictEqual(Reflect.ownKeys(copy), Reflect.ownKeys(value));
  }
  assert.strictEqual(only(sloppy).copy.callee, sloppy.callee);
});

test('what cannot be copied exactly is shared and listed', () => {
  class Secret { #s = 1; get() { return this.#s; } }
  class Below extends Secret {}
  class Told { constructor() { this.a = 1; } }
  const registry = createRegistry();
  registry.addClasses('a.js', { Told }, ['Told']);
  const proxy = new Proxy({}, { get() { throw new Error('a trap ran'); }, getPrototypeOf() { throw new Error('a trap ran'); } });
  const values = [
    new Secret(), new Below(), new Told(), Promise.resolve(), new WeakMap(), new WeakRef({}), proxy, Object.create(proxy),
    (function* g() { yield 1; })(), [][Symbol.iterator](), new URL('http://localhost'), new Intl.NumberFormat('en'),
  ];
  const { roots, shared } = clone([values], { registry });
  assert.deepStrictEqual(shared.length, values.length);
  values.forEach((value, i) => {
    assert.ok(roots[0][i] === value, `value ${i} was copied`);
    assert.ok(shared[i] === value, `value ${i} is not listed`);
  });
});

test('an own prototype that is data is copied with what hangs on it', () => {
  const defaults = { list: [1] };
  const value = Object.create(defaults);
  const { copy } = only(value);
  copy.list.push(2);
  assert.deepStrictEqual(defaults.list, [1]);
  const withMethod = { method() {} };
  assert.strictEqual(Object.getPrototypeOf(only(Object.create(withMethod)).copy), withMethod);
});

test('calls of callbacks are logged, with how they ended', () => {
  const seen = [];
  const add = function add(x) { return this.base + x; };
  const fail = () => { throw new RangeError('no'); };
  const options = {
    logCall(fn, self, args, outcome) {
      seen.push(fn);
      return [fn.name, args.length, outcome.kind, outcome.kind === 'return' ? outcome.value : outcome.value.message];
    },
  };
  const copy = clone([{ add, fail, same: add, base: 10 }, add, Math.max, class A {}], options);
  const [object, direct, max, A] = copy.roots;
  assert.strictEqual(object.add(1), 11);
  assert.throws(() => object.fail(), RangeError);
  assert.strictEqual(Reflect.apply(direct, { base: 1 }, [1]), 2);
  assert.strictEqual(max(1, 2), 2);
  assert.ok(new A());
  assert.deepStrictEqual(copy.calls, [['add', 1, 'return', 11], ['fail', 0, 'throw', 'no'], ['add', 1, 'return', 2]]);
  assert.deepStrictEqual(seen, [add, fail, add]);
  assert.strictEqual(object.add, object.same);
  assert.strictEqual(object.add, direct);
  assert.deepStrictEqual([direct.name, direct.length], ['add', 1]);
});

test('a callback can be kept from being called', () => {
  let ran = 0;
  const { roots, calls } = clone([() => { ran += 1; }], {
    logCall: () => 'called',
    mayCall() { throw new Error('not again'); },
  });
  assert.throws(() => roots[0](), /not again/);
  assert.deepStrictEqual([ran, calls], [0, []]);
});

test('stand-ins for callbacks are the callbacks in live encodings', () => {
  const callback = () => 1;
  const live = { mode: 'live', identities: new Map() };
  const logged = () => clone([{ callback }], { logCall: () => undefined }).roots;
  assert.notStrictEqual(logged()[0].callback, callback);
  assert.strictEqual(difference(encode(logged(), live), encode(logged(), live)), null);
  assert.strictEqual(difference(encode(logged(), live), encode([{ callback }], live)), null);
  // And copies of copies lead back to the callback itself.
  const again = clone(logged(), { logCall: () => undefined }).roots;
  assert.strictEqual(difference(encode(again, live), encode([{ callback }], live)), null);
});

test('depth costs no stack, and the number of objects is bounded', () => {
  let list = null;
  for (let i = 0; i < 200000; i += 1) list = { list };
  let { copy } = only(list);
  let count = 0;
  for (; copy !== null; copy = copy.list) count += 1;
  assert.strictEqual(count, 200000);
  assert.throws(() => clone([list], { maxNodes: 1000 }), (error) => error instanceof NotCopyable && error.reason === 'too-large');
});
