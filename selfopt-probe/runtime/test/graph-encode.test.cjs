'use strict';
// The form of encodings, what is refused and why, and that nothing of a value runs.

const test = require('node:test');
const assert = require('node:assert');
const { NotCopyable, decode, encode } = require('../graph.cjs');
const { createRegistry } = require('../registry.cjs');

const one = (value, options) => encode([value], options);

function refused(value, options) {
  try {
    one(value, options);
  } catch (error) {
    assert.ok(error instanceof NotCopyable && error instanceof Error, String(error));
    assert.strictEqual(error.message, `not copyable: ${error.reason} at ${error.path}`);
    return `${error.reason} ${error.path}`;
  }
  return 'written';
}

test('primitives stand for themselves or are words', () => {
  const values = [null, true, '', 1.5, undefined, NaN, -0, Infinity, -Infinity, 12n, Symbol.iterator, Symbol.for('k')];
  assert.deepStrictEqual(encode(values), {
    v: 1,
    roots: [
      null, true, '', 1.5, ['undefined'], ['NaN'], ['-0'], ['Infinity'], ['-Infinity'], ['bigint', '12'],
      ['symbol', 'iterator'], ['symbol-for', 'k'],
    ],
    nodes: [],
  });
});

test('objects are numbered by first visit, breadth first', () => {
  const shared = { s: 1 };
  assert.deepStrictEqual(encode([{ a: [shared], b: shared }, shared]), {
    v: 1,
    roots: [[0], [1]],
    nodes: [
      { k: 'object', keys: ['a', 'b'], vals: [[2], [1]] },
      { k: 'object', keys: ['s'], vals: [1] },
      { k: 'array', len: 1, items: [[1]] },
    ],
  });
});

test('a cycle is a reference back', () => {
  const list = [];
  list.push(list);
  assert.deepStrictEqual(one(list).nodes, [{ k: 'array', len: 1, items: [[0]] }]);
});

test('each kind has its form', () => {
  const form = (value) => one(value).nodes;
  // eslint-disable-next-line no-sparse-arrays
  assert.deepStrictEqual(form([, 1]), [{ k: 'array', len: 2, items: [['hole'], 1] }]);
  assert.deepStrictEqual(form(new Map([[1, 'a']])), [{ k: 'map', items: [1, 'a'] }]);
  assert.deepStrictEqual(form(new Set([NaN])), [{ k: 'set', items: [['NaN']] }]);
  assert.deepStrictEqual(form(new Date(7)), [{ k: 'date', value: 7 }]);
  assert.deepStrictEqual(form(new Date(NaN)), [{ k: 'date', value: ['NaN'] }]);
  assert.deepStrictEqual(form(Object.assign(/a/gu, { lastIndex: 3 })), [
    { k: 'regexp', source: 'a', flags: 'gu', keys: ['lastIndex'], vals: [3], attrs: [1] },
  ]);
  assert.deepStrictEqual(form(new TypeError('m', { cause: 1 })), [
    { k: 'error', proto: ['intrinsic', 'TypeError.prototype'], keys: ['message', 'cause'], vals: ['m', 1], attrs: [5, 5] },
  ]);
  assert.deepStrictEqual(form(Object('ab')), [{ k: 'boxed', value: 'ab' }]);
  assert.deepStrictEqual(form(new Uint8Array([1, 2])), [
    { k: 'typed', type: 'Uint8Array', len: 2, offset: 0, buffer: [1] },
    { k: 'buffer', bytes: 'AQI=' },
  ]);
  assert.deepStrictEqual(form(Object.create(null)), [{ k: 'object', proto: null }]);
  assert.deepStrictEqual(form(Object.freeze({ a: 1 })), [{ k: 'object', state: 'frozen', keys: ['a'], vals: [1] }]);
  assert.deepStrictEqual(form(Object.seal([1])), [{ k: 'array', len: 1, state: 'sealed', items: [1] }]);
  assert.deepStrictEqual(form(Object.defineProperty({ a: 1 }, 'b', { value: 2 })), [
    { k: 'object', keys: ['a', 'b'], vals: [1, 2], attrs: [7, 0] },
  ]);
  assert.deepStrictEqual(form({ f: Math.max, m: Map.prototype }), [
    { k: 'object', keys: ['f', 'm'], vals: [['intrinsic', 'Math.max'], ['intrinsic', 'Map.prototype']] },
  ]);
});

test('long arrays of holes are written by their indexes, others are not', () => {
  const sparse = [];
  sparse[4294967294] = 'last';
  sparse[3] = 'x';
  assert.deepStrictEqual(one(sparse).nodes, [{ k: 'array', len: 4294967295, idx: [3, 4294967294], items: ['x', 'last'] }]);
  const short = new Array(1024);
  assert.strictEqual(one(short).nodes[0].items.length, 1024);
  const half = new Array(4000);
  for (let i = 0; i < 2000; i += 1) half[i] = i;
  assert.strictEqual(one(half).nodes[0].items.length, 4000);
  delete half[0];
  assert.strictEqual(one(half).nodes[0].idx.length, 1999);
  for (const value of [sparse, short, half]) {
    const [again] = decode(one(value));
    assert.strictEqual(again.length, value.length);
    assert.deepStrictEqual(Object.keys(again), Object.keys(value));
  }
});

test('small Buffers are written without what lies beside them in the pool', () => {
  const whole = Buffer.from('hello world');
  const other = Buffer.from('secret');
  assert.strictEqual(whole.buffer, other.buffer, 'the test expects two Buffers of one pool');
  const encoding = encode([whole, whole.subarray(2, 4), other, whole.subarray(6)]);
  assert.strictEqual(JSON.stringify(encoding).includes(Buffer.from('secret').toString('base64')), true);
  assert.deepStrictEqual(encoding.nodes.slice(4), [
    { k: 'pool', len: Buffer.poolSize, bytes: Buffer.from('hello world').toString('base64') },
    { k: 'pool', len: Buffer.poolSize, bytes: Buffer.from('secret').toString('base64') },
  ]);
  assert.deepStrictEqual(encoding.nodes.slice(0, 4).map((node) => [node.offset, node.len, node.buffer]), [
    [0, 11, [4]], [2, 2, [4]], [0, 6, [5]], [6, 5, [4]],
  ]);
  const [a, b, c, d] = decode(encoding);
  b[0] = 'L'.charCodeAt(0);
  assert.strictEqual(`${a} ${c} ${d}`, 'heLlo world secret world');
  assert.deepStrictEqual(encode([Buffer.from('xx'), Buffer.from('hello')]), encode([Buffer.from('xx'), Buffer.from('hello')]));
});

test('a pool that is a value itself is written whole', () => {
  const small = Buffer.from('abc');
  const encoding = encode([small, small.buffer]);
  assert.deepStrictEqual(encoding.nodes.map((node) => node.k), ['typed', 'buffer']);
  assert.strictEqual(encoding.nodes[0].offset, small.byteOffset);
});

test('what cannot be written is refused with its reason and place', () => {
  class Unknown {}
  const cases = [
    [() => 1, 'function [0]'],
    [{ a: [{ b: function f() {} }] }, 'function [0].a[0].b'],
    [new Map([['k', { z: Unknown }]]), 'function [0].get("k").z'],
    [new Map([[{ z: Unknown }, 1]]), 'function [0][key 0].z'],
    [new Set([1, [Unknown]]), 'function [0][item 1][0]'],
    [{ 'a b': Unknown }, 'function [0]["a b"]'],
    [{ [Symbol.for('s')]: Unknown }, 'function [0][Symbol(s)]'],
    [{ in: new Unknown() }, 'class-instance:Unknown [0].in'],
    [new (class extends Array {})(), 'class-instance:anonymous [0]'],
    [new (class extends Unknown {})(), 'class-instance:anonymous [0]'],
    [new URL('http://localhost/'), 'class-instance:URL [0]'],
    [process, 'class-instance:process [0]'],
    [{ get a() { throw new Error('a getter ran'); } }, 'accessor [0].a'],
    [Object.defineProperty([1], 0, { get() { throw new Error('a getter ran'); } }), 'accessor [0][0]'],
    [{ s: Symbol('own') }, 'symbol [0].s'],
    [{ [Symbol('own')]: 1 }, 'symbol [0][Symbol(own)]'],
    [new WeakMap(), 'weak-collection [0]'],
    [[new WeakSet()], 'weak-collection [0][0]'],
    [new WeakRef({}), 'weak-collection [0]'],
    [new FinalizationRegistry(() => {}), 'weak-collection [0]'],
    [Promise.resolve(1), 'promise [0]'],
    [Object.setPrototypeOf(Promise.resolve(1), Object.prototype), 'promise [0]'],
    [(function* g() { yield 1; })(), 'generator [0]'],
    [(async function* g() { yield 1; })(), 'generator [0]'],
    [[1][Symbol.iterator](), 'host-object [0]'],
    [new Map().keys(), 'host-object [0]'],
    [new Set().values(), 'host-object [0]'],
    ['a'[Symbol.iterator](), 'host-object [0]'],
    ['a'.matchAll(/a/g), 'host-object [0]'],
    [new Proxy({}, {}), 'proxy [0]'],
    [{ p: new Proxy(() => 1, {}) }, 'proxy [0].p'],
    [Object.create(new Proxy({}, {})), 'proxy [0][[Prototype]]'],
    [Object.create({ inherited: () => 1 }), 'function [0][[Prototype]].inherited'],
    [new Function('return arguments')(1), 'function [0].callee'],
  ];
  for (const [value, expected] of cases) assert.strictEqual(refused(value), expected);
});

test('a class of the project is written by name, unless something of it is hidden', () => {
  class Open { constructor() { this.a = 1; } }
  class Hidden { #secret = 1; get() { return this.#secret; } }
  class Below extends Hidden {}
  class Stranger {}
  class OfStranger extends Stranger {}
  const registry = createRegistry();
  registry.addClasses('src/a.js', { Open, Hidden, Below, OfStranger }, ['Hidden']);
  assert.deepStrictEqual(one([new Open(), Open, Open.prototype], { registry }), {
    v: 1,
    roots: [[0]],
    nodes: [
      { k: 'array', len: 3, items: [[1], ['function', 'src/a.js#Open'], ['prototype', 'src/a.js#Open']] },
      { k: 'object', proto: ['prototype', 'src/a.js#Open'], keys: ['a'], vals: [1] },
    ],
  });
  assert.strictEqual(refused(new Hidden(), { registry }), 'private-state:Hidden [0]');
  assert.strictEqual(refused(new Below(), { registry }), 'private-state:Hidden [0]');
  assert.strictEqual(refused(new OfStranger(), { registry }), 'class-instance:Stranger [0]');
  assert.strictEqual(refused(new Open()), 'class-instance:Open [0]');
  assert.deepStrictEqual(one(new Stranger(), { byName: true }).nodes, [{ k: 'object', proto: ['unregistered', 'Stranger'] }]);
});

test('a function of the project is written by name, as long as it is what it was', () => {
  const compare = (a, b) => a - b;
  const cached = Object.assign((a) => a, { hits: 0 });
  function plain() { this.a = 1; }
  const registry = createRegistry();
  const spied = new Proxy(() => 0, {});
  registry.addClasses('src/a.js', {}, [], { compare, cached, plain, 'api.compare': compare, spied, absent: undefined });
  assert.deepStrictEqual(one([compare, cached], { registry }).nodes[0].items, [['function', 'src/a.js#compare'], ['function', 'src/a.js#cached']]);
  assert.deepStrictEqual(decode(one([compare, [compare]], { registry }), { registry })[0], [compare, [compare]]);
  // A name says nothing of what was put on the function since.
  cached.hits = 1;
  assert.strictEqual(refused(cached, { registry }), 'function [0]');
  cached.hits = 0;
  assert.deepStrictEqual(one(cached, { registry }).roots, [['function', 'src/a.js#cached']]);
  compare.descending = true;
  assert.strictEqual(refused(compare, { registry }), 'function [0]');
  // It is no class: what has its prototype is no instance that a name stands for.
  assert.strictEqual(refused(new plain(), { registry }), 'class-instance:plain [0]');
  assert.strictEqual(refused(spied, { registry }), 'proxy [0]');
  assert.strictEqual(refused(() => 0, { registry }), 'function [0]');
});

test('the stack of an error is never written, nor asked for', (t) => {
  const old = Error.prepareStackTrace;
  t.after(() => {
    Error.prepareStackTrace = old;
  });
  const error = new Error('x');
  function Custom() {
    Error.captureStackTrace(this);
  }
  Custom.prototype = Object.create(Error.prototype);
  const registry = createRegistry();
  registry.addClasses('a.js', { Custom });
  const custom = new Custom();
  let asked = 0;
  Error.prepareStackTrace = () => {
    asked += 1;
    return '';
  };
  assert.deepStrictEqual(one(error).nodes[0].keys, ['message']);
  assert.deepStrictEqual(one(custom, { registry }).nodes[0].keys, undefined);
  assert.strictEqual(asked, 0);
  const [again] = decode(one(error));
  assert.strictEqual(again.stack, 'Error: x');
  assert.deepStrictEqual(Object.keys(again), []);
});

test('limits refuse what is too large, and count everything', () => {
  const limited = (value, options) => refused(value, options).split(' ')[0];
  assert.strictEqual(limited([{}, {}, {}], { maxNodes: 3 }), 'too-large');
  assert.strictEqual(limited([{}, {}], { maxNodes: 3 }), 'written');
  const big = { maxBytes: 10000 };
  assert.strictEqual(limited('x'.repeat(20000), big), 'too-large');
  assert.strictEqual(limited({ a: ['x'.repeat(20000)] }, big), 'too-large');
  assert.strictEqual(limited(new Array(20000).fill(0), big), 'too-large');
  assert.strictEqual(limited(new Uint8Array(20000), big), 'too-large');
  assert.strictEqual(limited(Buffer.alloc(20000), big), 'too-large');
  assert.strictEqual(limited(new Map(new Array(2000).fill(0).map((unused, i) => [i, i])), big), 'too-large');
  assert.strictEqual(limited(new Set(new Array(2000).fill(0).map((unused, i) => i)), big), 'too-large');
  assert.strictEqual(limited(Object.fromEntries(new Array(2000).fill(0).map((unused, i) => [i, i])), big), 'too-large');
  assert.strictEqual(limited({ ['k'.repeat(20000)]: 1 }, big), 'too-large');
  assert.strictEqual(limited(10n ** 20000n, { maxBytes: 10000 }), 'too-large');
  assert.strictEqual(limited(new RegExp('x'.repeat(20000)), big), 'too-large');
  assert.strictEqual(limited(new Array(1e7).fill(1), { maxBytes: 1e6 }), 'too-large');
  assert.strictEqual(limited(new Array(1e9), { maxBytes: 1e6 }), 'written');
});

test('live mode writes what is opaque by identity', () => {
  const identities = new Map();
  const live = (value) => one(value, { mode: 'live', identities });
  const f = () => 1;
  const hidden = Symbol('hidden');
  class Some { constructor() { this.a = 1; } get b() { throw new Error('a getter ran'); } }
  const promise = Promise.resolve();
  const first = live([f, f, hidden, new Some(), promise, { get x() { throw new Error('a getter ran'); } }]);
  assert.deepStrictEqual(first.nodes[0].items.slice(0, 3), [['identity', 0], ['identity', 0], ['identity', 1]]);
  assert.deepStrictEqual(first.nodes[1], { k: 'object', proto: ['identity', 2], keys: ['a'], vals: [1] });
  assert.deepStrictEqual(first.nodes[2], { k: 'opaque', id: 3 });
  assert.deepStrictEqual(first.nodes[3], { k: 'object', keys: ['x'], vals: [['accessor', ['identity', 4], ['undefined']]], attrs: [6] });
  assert.deepStrictEqual(live([promise]).nodes[1], { k: 'opaque', id: 3 });
  assert.deepStrictEqual(live([f, Math.max]).nodes[0].items, [['identity', 0], ['intrinsic', 'Math.max']]);
  const values = [...identities.keys()];
  const [again] = decode(first, { valueOfIdentity: (number) => values[number] });
  assert.strictEqual(again[0], f);
  assert.strictEqual(Object.getPrototypeOf(again[3]), Some.prototype);
  assert.throws(() => decode(first), /cannot decode: an identity/);
});

test('roots are named as the caller says', () => {
  const names = ['this', 'args[0]'];
  assert.throws(() => encode([1, { a: () => 1 }], { names }), { reason: 'function', path: 'args[0].a' });
  assert.throws(() => encode([1, () => 1], { names }), { reason: 'function', path: 'args[0]' });
});
