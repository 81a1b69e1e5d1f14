'use strict';
// What must hold for every value: seeded graphs of all kinds, and single changes to them.

const test = require('node:test');
const assert = require('node:assert');
const util = require('node:util');
const { clone, decode, difference, encode, fromBytes, print, shape, sizes, toBytes } = require('../graph.cjs');
const { createRegistry } = require('../registry.cjs');
const { CLASSES, Maker, changeOne } = require('./graph-generate.cjs');

const registry = createRegistry();
registry.addClasses('test.js', CLASSES);
const options = { registry };

function rootsOf(seed, settings) {
  const maker = new Maker(seed, settings);
  return [maker.value(5), maker.value(5), maker.object(6)];
}

function each(count, run) {
  for (let seed = 1; seed <= count; seed += 1) {
    try {
      run(seed);
    } catch (error) {
      throw new Error(`seed ${seed}: ${error.message}`, { cause: error });
    }
  }
}

test('what is rebuilt is written the same, node by node', () => {
  each(1500, (seed) => {
    const encoding = encode(rootsOf(seed), options);
    assert.deepStrictEqual(encode(decode(encoding, options), options), encoding);
  });
});

test('what is rebuilt is what there was, as Node compares values', () => {
  each(800, (seed) => {
    const roots = rootsOf(seed, { forNode: true });
    const again = decode(encode(roots, options), options);
    assert.ok(util.isDeepStrictEqual(again, roots), `${util.inspect(again, { depth: 9 })}\n${util.inspect(roots, { depth: 9 })}`);
  });
});

test('the same seed is written the same', () => {
  each(200, (seed) => {
    assert.deepStrictEqual(encode(rootsOf(seed), options), encode(rootsOf(seed), options));
    assert.strictEqual(difference(encode(rootsOf(seed), options), encode(rootsOf(seed), options)), null);
  });
});

test('encodings survive bytes and JSON', () => {
  each(400, (seed) => {
    const encoding = encode(rootsOf(seed), options);
    assert.deepStrictEqual(fromBytes(toBytes(encoding)), encoding);
    assert.deepStrictEqual(JSON.parse(JSON.stringify(encoding)), encoding);
  });
});

test('a copy is written like the original, in both modes, and shares nothing that can change', () => {
  each(1000, (seed) => {
    const roots = rootsOf(seed);
    const before = encode(roots, options);
    const copy = clone(roots, options);
    assert.strictEqual(difference(before, encode(copy.roots, options)), null);
    const live = { ...options, mode: 'live', identities: new Map() };
    assert.strictEqual(difference(encode(roots, live), encode(copy.roots, live)), null);
    for (const object of copy.shared) {
      assert.ok(Object.values(CLASSES).some((c) => c.prototype === object) || [Math, JSON, Map.prototype].includes(object), util.inspect(object));
    }
  });
});

test('one change is seen, and only by the side that has it', () => {
  let changed = 0;
  each(3000, (seed) => {
    const roots = rootsOf(seed);
    const before = encode(roots, options);
    const copy = clone(roots, options).roots;
    const what = changeOne(roots[2], seed);
    if (what === null) return;
    changed += 1;
    const after = encode(roots, options);
    const found = difference(before, after);
    assert.notStrictEqual(found, null, what);
    assert.strictEqual(typeof found.path, 'string');
    assert.notStrictEqual(found.base, undefined);
    assert.notStrictEqual(difference(after, before), null, what);
    assert.strictEqual(difference(before, encode(copy, options)), null, `the copy changed with the original: ${what}`);
  });
  assert.ok(changed > 2500, `only ${changed} changes were made`);
});

test('text about a value stays within its bounds', () => {
  each(500, (seed) => {
    const encoding = encode(rootsOf(seed), options);
    for (const limit of [0, 1, 10, 100, 1000]) {
      const text = print(encoding, limit);
      assert.ok(text.length <= limit, `${text.length} > ${limit}: ${text}`);
    }
    assert.ok(shape(encoding).length <= 240);
    assert.strictEqual(shape(encoding), shape(fromBytes(toBytes(encoding))));
    const { elements, bytes } = sizes(encoding);
    assert.ok(Number.isInteger(elements) && elements >= 0 && Number.isInteger(bytes) && bytes > 0);
  });
});
