'use strict';
const test = require('node:test');
const assert = require('node:assert');
const { decode, encode, sizes } = require('../graph.cjs');
const { elementsOf, grow } = require('../grow.cjs');
const { MOST_ARGUMENTS, gathered, spread, withRest } = require('../rest.cjs');

/** The call of a function whose argument `rest` is the first of a list. */
const call = (rest, ...args) => withRest(encode([undefined, ...args]), rest);

test('arguments that are a list are its elements, and they grow', () => {
  const joined = call(1, 'https://example.org/', 'a', 'b', 'c');
  assert.strictEqual(elementsOf(joined), 3);
  assert.strictEqual(elementsOf(call(null, 'https://example.org/', 'a', 'b', 'c')), 20, 'without it the longest text counts');
  const { encoding, elements, reason } = grow(joined, 4, 1);
  assert.strictEqual(reason, null);
  assert.strictEqual(elements, 12);
  const [self, base, ...rest] = decode(encoding);
  assert.strictEqual(self, undefined);
  assert.strictEqual(base, 'https://example.org/');
  assert.strictEqual(rest.length, 12);
  assert.deepStrictEqual(rest.slice(0, 3), ['a', 'b', 'c']);
  assert.strictEqual(new Set(rest).size, 12, 'as distinct as they were');
  assert.strictEqual(elementsOf(encoding), 12, 'a grown call is of that size');
  assert.strictEqual(encoding.nodes.length, 0, 'the list itself is no value of the call');
  assert.deepStrictEqual(decode(grow(joined, 1 / 3, 1).encoding), [undefined, 'https://example.org/', 'a']);
});

test('objects among them are made anew, and what all share stays shared', () => {
  const shared = { name: 'all' };
  const { encoding } = grow(call(0, { id: 1, shared }, { id: 2, shared }), 3, 1);
  const [, ...args] = decode(encoding);
  assert.strictEqual(args.length, 6);
  assert.strictEqual(new Set(args).size, 6);
  assert.strictEqual(args[0].shared, args[1].shared);
  assert.deepStrictEqual(encode(decode(encoding)).nodes, encoding.nodes, 'numbered as graph.cjs numbers');
});

test('a longer list among the arguments is what grows', () => {
  const pushed = call(1, Array.from({ length: 40 }, (_, i) => i), 7);
  assert.strictEqual(elementsOf(pushed), 40);
  const [, list, ...rest] = decode(grow(pushed, 2, 1).encoding);
  assert.strictEqual(list.length, 80);
  assert.strictEqual(rest.length, 1);
});

test('a call without such arguments is as it was', () => {
  assert.strictEqual(call(1, 'base').rest, undefined);
  assert.strictEqual(call(undefined, 1, 2).rest, undefined);
  const plain = call(2, 1, 2);
  assert.strictEqual(gathered(plain), plain);
  assert.strictEqual(spread(plain), plain);
});

test('no call gets more arguments than an engine takes', () => {
  assert.strictEqual(grow(call(0, 1, 2), MOST_ARGUMENTS, 1).reason, 'too-large');
  const { encoding } = grow(call(0, 1, 2), MOST_ARGUMENTS / 2, 1);
  const count = (...args) => args.length;
  assert.strictEqual(count.apply(...decode(encoding).splice(0, 1), decode(encoding).slice(1)), MOST_ARGUMENTS);
});

test('a long text in a list grows where it is what makes the call large', () => {
  const text = 'word '.repeat(100);
  for (const one of [encode([undefined, [text]]), call(0, text), encode([undefined, text])]) {
    const { encoding, elements } = grow(one, 3, 1);
    assert.strictEqual(elements, 3 * text.length);
    assert.strictEqual(sizes(encoding).elements, 3 * text.length, 'the size that is told is there');
  }
  // What must stay distinct does not: one text of a set is as long as it was.
  const { encoding, elements } = grow(encode([undefined, new Set([text])]), 3, 1);
  assert.strictEqual(elements, 3);
  assert.strictEqual(decode(encoding)[1].size, 3);
});
