'use strict';
// vary.cjs with kinds.cjs: which variations there are and on which side of the recorded kinds they are.
const test = require('node:test');
const assert = require('node:assert');
const { decode, encode, print } = require('../graph.cjs');
const { createRegistry } = require('../registry.cjs');
const { createKinds } = require('../kinds.cjs');
const { createVariations } = require('../vary.cjs');

const input = (...args) => encode([undefined, ...args]);
const text = (encoding) => print({ ...encoding, roots: encoding.roots.slice(1) }, 4000);
const all = (recorded, count = 400, seed = 1) => [...createVariations(recorded, recorded, { seed, count }).variations];
const texts = (recorded, inside) => all(recorded).filter((v) => inside === undefined || v.inside === inside).map((v) => text(v.encoding));

test('every observed input is inside', () => {
  const shared = { a: 1 };
  const loop = { name: 'x' };
  loop.loop = loop;
  const recorded = [
    input([1, 2]), input([], 'x'), input({ a: [{ b: null }] }, undefined), input([shared, shared]), input(loop), input([1, , 3]), input(new Map([[NaN, -0]])),
    input(Object.freeze({ z: 1, a: 2 })), input(new Error('e')), input(/x/g, new Date(1)), input(Object.fromEntries(Array.from('abcdefghijklmnopqrst', (c) => [c, 1]))),
  ];
  const kinds = createKinds(recorded);
  for (const encoding of recorded) assert.deepStrictEqual([...kinds.newFacts(encoding)], []);
});

test('sizes do not matter, kinds do', () => {
  const { isInside } = createKinds([input([1, 2], 'ab', { n: 1.5 })]);
  for (const [expected, ...args] of [
    [true, [], 'ab', { n: 0.25 }], [true, Array(500).fill(7), '', { n: 2.5 }], [true, [-1], 'é', { n: -0.5 }],
    [false, [1.5], 'ab', { n: 1.5 }], [false, [NaN], 'a', { n: 1.5 }], [false, [-0], 'a', { n: 1.5 }], [false, [1, , 2], 'a', { n: 1.5 }],
    [false, [undefined], 'a', { n: 1.5 }], [false, [null], 'a', { n: 1.5 }], [false, [1], '__proto__', { n: 1.5 }], [false, [1], '\ud800', { n: 1.5 }],
    [false, [1], 'a', {}], [false, [1], 'a', { n: 1.5, m: 1.5 }], [false, [1], 'a', { n: undefined }], [false, [1], 'a'], [false, [1], 'a', { n: 1.5 }, 1],
    [false, [Infinity], 'a', { n: 1.5 }], [false, ['1'], 'a', { n: 1.5 }], [false, Object.freeze([1]), 'a', { n: 1.5 }],
  ]) assert.strictEqual(isInside(input(...args)), expected, text(input(...args)));
});

test('keys of dictionaries may be others, keys of records not', () => {
  const dictionaries = createKinds([input({ a: 1, b: 2 }), input({ c: 3 }), input({ d: 4 })]);
  assert.ok(dictionaries.isInside(input({ x: 9, y: 8, z: 7, b: 1, a: 2 })));
  assert.ok(dictionaries.isInside(input({})));
  assert.ok(!dictionaries.isInside(input({ 1: 1 })), 'whole numbers as keys come in another order');
  assert.ok(!dictionaries.isInside(input(JSON.parse('{"__proto__":1}'))));
  assert.ok(!dictionaries.isInside(input({ a: 'text' })));
  const records = createKinds([input({ a: 1, b: 'x' }), input({ a: 2, b: 'y', c: true })]);
  assert.ok(records.isInside(input({ a: 3, b: 'z' })));
  assert.ok(!records.isInside(input({ a: 3 })));
  assert.ok(!records.isInside(input({ b: 'x', a: 1 })), 'another order of keys');
  assert.ok(!records.isInside(input({ a: 3, b: 'z', d: 1 })));
});

test('trees and lists may be deeper than recorded', () => {
  const list = (...values) => values.reduceRight((next, value) => ({ value, next }), null);
  const kinds = createKinds([input(list(1, 2))]);
  assert.ok(kinds.isInside(input(list(1, 2, 3, 4, 5))));
  assert.ok(kinds.isInside(input(list(1))));
  assert.ok(!kinds.isInside(input(list(1, 'x'))));
});

test('what is very deep or refers back is walked in bounded time', () => {
  let deep = [];
  for (let i = 0; i < 20000; i += 1) deep = i % 2 === 0 ? [deep] : { deep, i };
  const kinds = createKinds([input(deep)]);
  assert.ok(kinds.isInside(input(deep)));
  let arrays = 1;
  for (let i = 0; i < 20000; i += 1) arrays = [arrays];
  assert.ok(!createKinds([input([1])]).isInside(input(arrays)));
});

test('sharing is a kind of its own', () => {
  const one = { id: 1 };
  assert.ok(!createKinds([input([{ id: 1 }, { id: 2 }])]).isInside(input([one, one])));
  assert.ok(createKinds([input([one, one])]).isInside(input([{ id: 1 }, { id: 2 }])));
});

test('the sizes, duplicates and special values that a list calls for are tried', () => {
  const found = new Set(texts([input([3, 1, 2]), input([5, 4, 6])]));
  for (const wanted of ['[]', '[3]', '[3, 1]', '[3, 3, 3]', '[2, 1, 3]']) assert.ok(found.has(wanted), wanted);
  const some = (test) => [...found].some((one) => test(one));
  assert.ok(some((one) => /NaN/.test(one)) && some((one) => /-0/.test(one)) && some((one) => /undefined/.test(one)) && some((one) => /null/.test(one)));
  assert.ok(some((one) => /__proto__|constructor|hasOwnProperty|toString/.test(one)) && some((one) => /\[,|, ,|, \]/.test(one)), 'keys and holes');
  assert.ok(some((one) => one.split(',').length > 30), 'a long list');
  assert.ok(some((one) => /\], (0|undefined)$/.test(one)) && found.has(''), 'more and fewer arguments');
});

test('strings, dictionaries, maps and records are varied', () => {
  const words = texts([input('abc'), input('de')]);
  for (const wanted of ['""', '"__proto__"', '"é\u{1F600}"', '"abcabc"', '"cba"', '"\\ud83d"']) assert.ok(words.includes(wanted), wanted);
  const dictionaries = texts([input({ a: 1, b: 2 }), input({ c: 3 }), input({ d: 4 })]);
  assert.ok(dictionaries.includes('{}') && dictionaries.some((one) => /__proto__: /.test(one)) && dictionaries.some((one) => one.split(',').length > 4));
  const maps = texts([input(new Map([['a', 1], ['b', 2]]))]);
  assert.ok(maps.includes('Map(0) {}') && maps.some((one) => /"__proto__"|NaN =>/.test(one)));
  const sorted = texts([input([{ k: 1, v: 'a' }, { k: 2, v: 'b' }])], true);
  assert.ok(sorted.some((one) => /k: (\d+), v: "a"\}, \{k: \1, v: "b"/.test(one)), 'ties');
});

test('variations are new, can be rebuilt, and are the same each time', () => {
  const recorded = [input([1, 2], { a: 'x', l: [{ id: 1 }] }), input([3], { a: 'y', l: [] }), input([], { a: 'z', l: [{ id: 4 }, { id: 5 }] })];
  const first = all(recorded, 300);
  const seen = new Set(recorded.map((encoding) => JSON.stringify(encoding)));
  for (const { encoding, inside, facts, index } of first) {
    const again = encode(decode(encoding));
    const key = JSON.stringify(again);
    assert.ok(!seen.has(key), text(encoding));
    seen.add(key);
    assert.strictEqual(inside, facts.size === 0);
    assert.ok(index >= 0 && index < recorded.length);
  }
  const isNamed = ({ what }) => what.includes(': special name ');
  assert.strictEqual(first.filter((v) => !isNamed(v)).length, 300);
  assert.ok(first.filter(isNamed).length > 0 && first.filter(isNamed).length <= 75, 'on top of all others');
  assert.ok(first.filter((v) => v.inside).length >= 150);
  assert.deepStrictEqual(all(recorded, 300), first);
  assert.notDeepStrictEqual(all(recorded, 300, 2), first);
});

test('recorded inputs are not changed', () => {
  const recorded = [input([1, { a: new Map([['k', [1]]]) }], 'x'), input([], 'y')];
  const before = JSON.stringify(recorded);
  all(recorded, 300);
  assert.strictEqual(JSON.stringify(recorded), before);
});

test('instances of classes are varied as a whole only', () => {
  class Heap {
    constructor(items) {
      this.items = items;
      this.size = items.length;
    }
  }
  const registry = createRegistry();
  registry.addClasses('src/heap.js', { Heap }, []);
  const recorded = [[3, 1], [2], []].map((items) => encode([new Heap(items), new Heap(items.slice().reverse()), [1, 2]], { registry }));
  const variations = all(recorded, 300);
  assert.ok(variations.length > 20);
  for (const { encoding } of variations) {
    for (const value of decode(encoding, { registry })) {
      if (value instanceof Heap) assert.strictEqual(value.size, value.items.length);
    }
  }
  assert.ok(variations.some(({ encoding }) => {
    const [self, other] = decode(encoding, { registry });
    return other instanceof Heap && self.size !== other.size;
  }), 'another recorded instance is put in its place');
});

test('inputs without anything to vary, and too large ones, give few or no variations', () => {
  assert.ok(texts([input()]).length > 0, 'arguments can be added');
  assert.deepStrictEqual(all([]), []);
  assert.deepStrictEqual(all([input('x'.repeat(300000))]), []);
  const cut = all([input(Array.from({ length: 5000 }, (_, i) => ({ i })))], 50);
  assert.ok(cut.length === 50 && cut.every(({ encoding }) => encoding.nodes.length < 2000), 'long lists are cut');
});

test('what the source names is tried alone and behind what is there, whatever else there is', () => {
  const record = Object.fromEntries(Array.from('abcdefghij', (key) => [key, `${key}${key}`]));
  const recorded = [input('plain', 5, record), input('other', 7, record)];
  const literals = { texts: ['#', '%2f'], numbers: [4096] };
  const found = [...createVariations(recorded, recorded, { seed: 1, count: 200, literals }).variations];
  const tried = found.map(({ encoding }) => decode(encoding).slice(1));
  for (const value of ['#', '%2f', 4095, 4096, 4097]) {
    assert.ok(tried.some((args) => args.slice(0, 2).includes(value)), `${value}`);
  }
  assert.ok(tried.some(([first]) => /^(plain|other)#$/.test(first)));
  assert.ok(found.filter(({ what }) => what.includes('of the source')).length <= 80, 'a part of all');
  assert.ok(found.every(({ inside, what }) => inside || !/^args\[[01]\]: of the source: [^,]*$/.test(what)));
});
