'use strict';
// Values made to break the walk: deep, wide, sparse, trapped; and what the engine makes of what is
// rebuilt.

const test = require('node:test');
const assert = require('node:assert');
const path = require('node:path');
const { spawnSync } = require('node:child_process');
const { clone, decode, difference, encode, print, shape, sizes } = require('../graph.cjs');
const { createRegistry } = require('../registry.cjs');

const trap = () => {
  throw new Error('a trap ran');
};
const traps = {
  get: trap, set: trap, has: trap, ownKeys: trap, getPrototypeOf: trap, setPrototypeOf: trap, isExtensible: trap,
  preventExtensions: trap, getOwnPropertyDescriptor: trap, defineProperty: trap, deleteProperty: trap, apply: trap, construct: trap,
};
const trapped = new Proxy({}, traps);
const trappedFunction = new Proxy(function f() {}, traps);
const trappedArray = new Proxy([], traps);
const revoked = Proxy.revocable([], {});
revoked.revoke();

const refusal = (value, options) => {
  try {
    encode([value], options);
    return 'written';
  } catch (error) {
    return error.reason;
  }
};

test('no trap of a proxy ever runs', () => {
  const inside = [
    trapped, trappedFunction, trappedArray, revoked.proxy, { a: trapped }, [trapped], new Map([[trapped, trapped]]), new Set([trapped]),
    Object.create(trapped), Object.create(Object.create(trapped)), Object.setPrototypeOf([], trapped), Object.setPrototypeOf(new Map(), trapped),
    Object.setPrototypeOf(new Error('m'), trapped), Object.setPrototypeOf(/x/, trapped), Object.create({ constructor: trappedFunction }),
  ];
  const registry = createRegistry();
  registry.addClasses('a.js', { trappedFunction });
  for (const value of inside) {
    assert.match(refusal(value, { registry }), /^(?:proxy|class-instance:anonymous)$/);
    const live = { mode: 'live', registry, identities: new Map() };
    const encoding = encode([value], live);
    print(encoding);
    shape(encoding);
    assert.strictEqual(difference(encoding, encode(clone([value], { registry, logCall: () => 0 }).roots, live)), null);
  }
});

test('no getter ever runs, wherever it is', () => {
  const boom = { get: trap, enumerable: true, configurable: true };
  class WithGetters {
    get length() { return trap(); }
    get size() { return trap(); }
    get [Symbol.toStringTag]() { return trap(); }
    get message() { return trap(); }
    get x() { return trap(); }
  }
  class OddMap extends Map {
    get size() { return trap(); }
    forEach() { trap(); }
    get [Symbol.iterator]() { return trap(); }
  }
  class OddExpression extends RegExp {
    get flags() { return trap(); }
    get source() { return trap(); }
    exec() { return trap(); }
  }
  class OddDate extends Date {
    getTime() { return trap(); }
    valueOf() { return trap(); }
    [Symbol.toPrimitive]() { return trap(); }
  }
  class OddBytes extends Uint8Array {
    get length() { return trap(); }
    get buffer() { return trap(); }
    get byteOffset() { return trap(); }
  }
  const registry = createRegistry();
  registry.addClasses('a.js', { WithGetters, OddMap, OddExpression, OddDate, OddBytes });
  const values = [new WithGetters(), new OddMap(), new OddExpression('a', 'gi'), new OddDate(5), new OddBytes(3)];
  const encoding = encode([values], { registry });
  assert.deepStrictEqual(encoding.nodes.slice(1, 6).map((node) => node.k), ['object', 'map', 'regexp', 'date', 'typed']);
  assert.strictEqual(difference(encoding, encode(decode(encoding, { registry }), { registry })), null);
  assert.strictEqual(difference(encoding, encode(clone([values], { registry }).roots, { registry })), null);
  for (const holder of [{}, [1, 2], new Map(), new Date(), /x/, new Error('m'), new Uint8Array(2), new WithGetters(), Object(1)]) {
    for (const key of ['x', 'message', Symbol.toStringTag, 'constructor']) Object.defineProperty(holder, key, boom);
    if (Array.isArray(holder)) Object.defineProperty(holder, 1, boom);
    assert.strictEqual(refusal(holder, { registry }), 'accessor');
    encode([holder], { mode: 'live' });
    clone([holder]);
  }
});

test('a million objects one inside of the other', () => {
  let list = null;
  for (let i = 0; i < 1000000; i += 1) list = { list };
  const encoding = encode([list], { maxNodes: 1000000, maxBytes: 1e9 });
  assert.strictEqual(encoding.nodes.length, 1000000);
  assert.strictEqual(sizes(encoding).elements, 1);
  assert.ok(print(encoding).length < 200);
  assert.ok(shape(encoding).length <= 240);
  let [again] = decode(encoding);
  let depth = 0;
  for (; again !== null; again = again.list) depth += 1;
  assert.strictEqual(depth, 1000000);
});

test('a refusal deep inside names its place shortly', () => {
  let value = { f: () => 1 };
  for (let i = 0; i < 100000; i += 1) value = [value];
  assert.throws(() => encode([value]), (error) => error.path.length < 200 && error.path.endsWith('[0].f'));
});

test('long chains of prototypes', () => {
  let value = {};
  for (let i = 0; i < 5000; i += 1) value = Object.create(value);
  const encoding = encode([value]);
  assert.strictEqual(encoding.nodes.length, 5001);
  assert.strictEqual(difference(encoding, encode(decode(encoding))), null);
  assert.strictEqual(difference(encoding, encode(clone([value]).roots)), null);
});

test('graphs that fan out again and again are walked once', () => {
  let value = {};
  for (let i = 0; i < 200; i += 1) value = { left: value, right: value };
  const encoding = encode([value]);
  assert.strictEqual(encoding.nodes.length, 201);
  assert.ok(print(encoding, 500).length <= 500);
  assert.ok(shape(encoding).length <= 240);
  assert.strictEqual(difference(encoding, encode(clone([value]).roots)), null);
});

test('arrays of the greatest length', () => {
  const value = [];
  value.length = 4294967295;
  for (const at of [0, 77, 4294967294]) value[at] = at;
  value.extra = 1;
  const encoding = encode([value]);
  const [again] = decode(encoding);
  const [copy] = clone([value]).roots;
  for (const list of [again, copy]) {
    assert.strictEqual(list.length, 4294967295);
    assert.deepStrictEqual(Object.keys(list), ['0', '77', '4294967294', 'extra']);
  }
  assert.strictEqual(difference(encoding, encode([again])), null);
  assert.strictEqual(sizes(encoding).elements, 3);
});

test('keys that mean something to objects are keys like others', () => {
  const value = JSON.parse('{"__proto__": {"a": 1}, "constructor": 1, "hasOwnProperty": 2, "valueOf": 3, "toJSON": 4, "then": 5, "length": 6}');
  const encoding = encode([value]);
  const [again] = decode(encoding);
  const [copy] = clone([value]).roots;
  for (const object of [again, copy]) {
    assert.deepStrictEqual(Object.getOwnPropertyDescriptors(object), Object.getOwnPropertyDescriptors(value));
    assert.strictEqual(Object.getPrototypeOf(object), Object.prototype);
  }
});

test('a setter in Object.prototype is not run by rebuilding', (t) => {
  Object.defineProperty(Object.prototype, 'planted', { set: trap, get: trap, configurable: true });
  t.after(() => delete Object.prototype.planted);
  const value = Object.defineProperty({}, 'planted', { value: 1, writable: true, enumerable: true, configurable: true });
  assert.strictEqual(Object.getOwnPropertyDescriptor(decode(encode([value]))[0], 'planted').value, 1);
  assert.strictEqual(Object.getOwnPropertyDescriptor(clone([value]).roots[0], 'planted').value, 1);
});

test('what is rebuilt is to the engine what the program had', () => {
  const program = `
    const { clone, decode, encode } = require(${JSON.stringify(path.join(__dirname, '..', 'graph.cjs'))});
    const { createRegistry } = require(${JSON.stringify(path.join(__dirname, '..', 'registry.cjs'))});
    class Wide { constructor() { for (let i = 0; i < 40; i += 1) this['k' + i] = i; } }
    class Point { constructor(x) { this.x = x; this.y = x; } }
    const registry = createRegistry();
    registry.addClasses('a.js', { Wide, Point });
    const row = (n) => JSON.parse('{' + Array.from({ length: 40 }, (unused, i) => '"f' + i + '":' + (i % 2 ? '"s"' : n)).join(',') + '}');
    const value = [row(1), row(2), new Wide(), new Wide(), new Point(1), new Point(2), { a: 1 }, { a: 2 }];
    const lists = [[1, 2], [1.5, 2], ['a'], [1, , 2]];
    const check = (values, lists) => [
      values.every((object) => %HasFastProperties(object)),
      [0, 2, 4, 6].every((i) => %HaveSameMap(values[i], values[i + 1])),
      %HasSmiElements(lists[0]), %HasDoubleElements(lists[1]), %HasHoleyElements(lists[2]), %HasHoleyElements(lists[3]),
    ];
    const rebuilt = decode(encode([value, lists], { registry }), { registry });
    const copied = clone([value, lists], { registry }).roots;
    process.stdout.write(JSON.stringify([check(...rebuilt), check(...copied)]));
  `;
  const { stdout, stderr } = spawnSync(process.execPath, ['--allow-natives-syntax', '-e', program], { encoding: 'utf8' });
  const expected = [true, true, true, true, false, true];
  assert.strictEqual(stdout, JSON.stringify([expected, expected]), stderr);
});
