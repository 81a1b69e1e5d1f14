'use strict';
// Text, shapes and sizes of encodings, their bytes, and the registry.

const test = require('node:test');
const assert = require('node:assert');
const { decode, encode, fromBytes, print, printRef, shape, sizes, toBytes } = require('../graph.cjs');
const { createRegistry } = require('../registry.cjs');

const text = (...roots) => print(encode(roots));
const shapeOf = (...roots) => shape(encode(roots));

test('values print as JavaScript where they can', () => {
  assert.strictEqual(text(1, -0, NaN, 'a\n"', null, undefined, 5n, true), '1, -0, NaN, "a\\n\\"", null, undefined, 5n, true');
  assert.strictEqual(text({ a: 1, 'b c': [1, , 2] }), '{a: 1, "b c": [1, , 2]}'); // eslint-disable-line no-sparse-arrays
  assert.strictEqual(text([,]), '[,]'); // eslint-disable-line no-sparse-arrays
  assert.strictEqual(text(new Map([[1, new Set(['x'])]])), 'Map(1) {1 => Set(1) {"x"}}');
  assert.strictEqual(text(new Date(0), new Date(NaN), /a/g), 'Date(1970-01-01T00:00:00.000Z), Date(invalid), /a/g');
  assert.strictEqual(text(Object.assign(/a/g, { lastIndex: 2 })), '/a/g {lastIndex: 2}');
  assert.strictEqual(text(new RangeError('m')), 'RangeError {message: "m"}');
  assert.strictEqual(text(new Float32Array([0.5, -0]), new DataView(new ArrayBuffer(2))), 'Float32Array(2) [0.5, -0], DataView(2) [0, 0]');
  assert.strictEqual(text(Buffer.from('ab')), 'Buffer(2) [97, 98]');
  assert.strictEqual(text(new ArrayBuffer(2)), 'ArrayBuffer <0000>');
  assert.strictEqual(text(Object.create(null), Object.freeze([1]), Object('s')), 'null-prototype {}, frozen [1], Object("s")');
  assert.strictEqual(text(Symbol.iterator, Symbol.for('k'), Math.max), 'Symbol.iterator, Symbol.for("k"), Math.max');
  assert.strictEqual(text(Object.assign(new Array(5000), { 4000: 'x' })), 'Array(5000) [4000: "x"]');
});

test('shared objects and cycles get a label, others do not', () => {
  const o = { a: 1 };
  o.self = o;
  assert.strictEqual(text(o, [o]), '<*1> {a: 1, self: [Same *1]}, [[Same *1]]');
  assert.strictEqual(text({}, {}), '{}, {}');
});

test('text is cut where it is told to be', () => {
  assert.strictEqual(print(encode([new Array(100).fill(1234)]), 20), '[1234, 1234, 1234, …');
  assert.strictEqual(printRef(encode([[1], 'x'.repeat(50)]), 'x'.repeat(50), 10), '"xxxxxxxx…');
  const deep = JSON.parse(`${'['.repeat(100)}${']'.repeat(100)}`);
  assert.strictEqual(text(deep), `${'['.repeat(10)}…${']'.repeat(10)}`);
});

test('a shape says which kinds are where, not how many and which values', () => {
  assert.strictEqual(shapeOf(1, 'a', null, undefined), '(number, string, null, undefined)');
  assert.strictEqual(shapeOf([1, 2, 3]), shapeOf([7]));
  assert.strictEqual(shapeOf([1, 'a']), shapeOf(['a', 'b', 2, 3]));
  assert.notStrictEqual(shapeOf([1]), shapeOf([]));
  assert.notStrictEqual(shapeOf([1]), shapeOf([NaN]));
  assert.notStrictEqual(shapeOf([0]), shapeOf([-0]));
  assert.notStrictEqual(shapeOf([1]), shapeOf([1, , 1])); // eslint-disable-line no-sparse-arrays
  assert.strictEqual(shapeOf({ a: 1, b: { c: 'x' } }), '(object{.a:number,.b:object{.c:string}})');
  assert.strictEqual(shapeOf({ b: 1, a: 1 }), shapeOf({ a: 1, b: 1 }));
  assert.strictEqual(shapeOf(new Map([['a', 1]])), '(map<string,number>)');
  assert.strictEqual(shapeOf(new Uint8Array(3), new Set([{}])), '(Uint8Array, set<object>)');
  const list = (n) => (n === 0 ? null : { next: list(n - 1) });
  assert.strictEqual(shapeOf(list(10)), shapeOf(list(50)));
  const loop = {};
  loop.loop = loop;
  assert.strictEqual(shapeOf(loop), '(object{.loop:^1})');
});

test('a dictionary has one shape, whatever its keys and however many', () => {
  const words = (n, prefix) => Object.fromEntries(new Array(n).fill(0).map((unused, i) => [`${prefix}${i}`, i]));
  assert.strictEqual(shapeOf(words(50, 'a')), shapeOf(words(900, 'b')));
  assert.strictEqual(shapeOf(words(50, 'a')), '(object{*:number})');
});

test('the shape of a large graph is short and made with bounded work', () => {
  const wide = (depth) => (depth === 0 ? 1 : Object.fromEntries(new Array(8).fill(0).map((unused, i) => [`k${i}`, wide(depth - 1)])));
  const value = wide(5);
  assert.ok(shapeOf(value).length <= 240);
  assert.strictEqual(shapeOf(value), shapeOf(wide(5)));
});

test('sizes name the largest container', () => {
  const elements = (...roots) => sizes(encode(roots)).elements;
  assert.strictEqual(elements(1), 0);
  assert.strictEqual(elements([1, 2, 3], 'ab'), 3);
  assert.strictEqual(elements([1], 'abcd'), 4);
  assert.strictEqual(elements({ a: { b: 1, c: 2 } }), 2);
  assert.strictEqual(elements(new Map([[1, 2], [3, 4]])), 2);
  assert.strictEqual(elements(new Set([1, 2, 3])), 3);
  assert.strictEqual(elements(new Float64Array(7)), 7);
  assert.strictEqual(elements(new ArrayBuffer(7)), 7);
  assert.strictEqual(elements(Buffer.from('12345')), 5);
  assert.strictEqual(elements(Object('abc')), 3);
  assert.strictEqual(elements(Object.assign(new Array(1e6), { 5: 1 })), 1);
  assert.ok(sizes(encode(['x'.repeat(1000)])).bytes >= 1000);
  assert.ok(sizes(encode([new Array(1000).fill(1)])).bytes >= 8000);
});

test('bytes carry a version and are refused when they are not ours', () => {
  const encoding = encode([{ a: [1, 'ü', 5n, -0] }]);
  const bytes = toBytes(encoding);
  assert.deepStrictEqual(fromBytes(bytes), encoding);
  assert.deepStrictEqual(fromBytes(new Uint8Array(bytes)), encoding);
  assert.deepStrictEqual(fromBytes(toBytes([encoding, { kind: 'return', encoding }])), [encoding, { kind: 'return', encoding }]);
  assert.throws(() => fromBytes(Buffer.from('hello')), /not an encoding/);
  assert.throws(() => fromBytes(Buffer.alloc(0)), /not an encoding/);
  assert.throws(() => fromBytes('g'), /not an encoding/);
  const newer = Buffer.from(bytes);
  newer[1] = 9;
  assert.throws(() => fromBytes(newer), /version 9, this program reads version 1/);
  for (let length = 2; length < bytes.length; length += 1) {
    assert.throws(() => fromBytes(bytes.subarray(0, length)), TypeError, `${length} bytes`);
  }
});

test('decoding says what it does not know', () => {
  const unknown = (roots, nodes) => () => decode({ v: 1, roots, nodes: nodes || [] });
  assert.throws(unknown([[3]]), /cannot decode: no node 3/);
  assert.throws(unknown([['intrinsic', 'Nothing']]), /cannot decode: intrinsic Nothing/);
  assert.throws(unknown([['function', 'a.js#A']]), /cannot decode: function a.js#A/);
  assert.throws(unknown([['unregistered', 'A']]), /known by name only/);
  assert.throws(unknown([['word']]), /unknown reference/);
  assert.throws(unknown([['symbol', 'nothing']]), /unknown well-known symbol/);
  assert.throws(unknown([[0]], [{ k: 'something' }]), /a node of kind something/);
});

test('a value keeps its first name, a name gives its first value', () => {
  class A {}
  class B {}
  const registry = createRegistry();
  registry.addClasses('a.js', { A, make() {}, notAFunction: 1, get lazy() { throw new Error('a getter ran'); } });
  registry.addClasses('a.js', { A: B });
  registry.addClasses('b.js', { Renamed: A, P: new Proxy(B, {}) });
  assert.strictEqual(registry.nameOf(A), 'a.js#A');
  assert.strictEqual(registry.nameOf(A.prototype), 'a.js#A');
  // The class of a module that was loaded once more.
  assert.strictEqual(registry.nameOf(B), 'a.js#A');
  assert.strictEqual(registry.nameOf(B.prototype), 'a.js#A');
  assert.strictEqual(registry.functionOf('a.js#A'), A);
  assert.strictEqual(registry.prototypeOf('a.js#A'), A.prototype);
  assert.strictEqual(registry.functionOf('a.js#make').name, 'make');
  assert.strictEqual(registry.prototypeOf('a.js#make'), undefined);
  assert.strictEqual(registry.functionOf('b.js#Renamed'), undefined);
  assert.strictEqual(registry.functionOf('b.js#P'), undefined);
  assert.strictEqual(registry.nameOf({}), undefined);
  assert.strictEqual(registry.nameOf('A'), undefined);
});

test('instances start from the shape of their class, methods and all', () => {
  class Point {
    constructor(x) { this.x = x; }
    double() { return this.x * 2; }
    set y(value) { throw new Error('a setter ran'); }
  }
  const registry = createRegistry();
  registry.addClasses('a.js', { Point });
  const point = new Point(4);
  Object.defineProperty(point, 'y', { value: 1, writable: true, enumerable: true, configurable: true });
  const [again] = decode(encode([point], { registry }), { registry });
  assert.deepStrictEqual([again.double(), again.y, again instanceof Point], [8, 1, true]);
});

test('texts show what a terminal would obey or hide', () => {
  const shown = (text) => print(encode([text], { mode: 'data' }), 1000);
  assert.match(shown('a\x9b31m\u202eb\x7f\ufeff\u2028'), /a\\u009b31m\\u202eb\\u007f\\ufeff\\u2028/);
  assert.match(shown('é\u{1F600}"\n'), /é\u{1F600}\\"\\n/u);
});
