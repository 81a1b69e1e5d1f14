'use strict';
const test = require('node:test');
const assert = require('node:assert/strict');
const { movingAverage, ngrams, windows } = require('../src/windows.js');

const values = Array.from({ length: 500 }, (_, i) => (i * 17) % 60);

test('windows', () => {
  assert.deepEqual([...windows([1, 2, 3, 4], 3)], [[1, 2, 3], [2, 3, 4]]);
});

test('fewer items than a window', () => {
  assert.deepEqual([...windows([1, 2], 3)], []);
  assert.throws(() => [...windows([1, 2], 0)], RangeError);
});

test('averages', () => {
  assert.deepEqual(movingAverage([2, 4, 6, 8], 2), [3, 5, 7]);
  assert.equal(movingAverage(values, 7).length, 494);
});

test('a window belongs to its reader', () => {
  const [first, second] = windows([1, 2, 3], 2);
  first[1] = 99;
  assert.deepEqual(second, [2, 3]);
});

test('word pairs', () => {
  assert.deepEqual(ngrams('To be, or not to be', 2), ['to be', 'be or', 'or not', 'not to', 'to be']);
  assert.equal(ngrams('word '.repeat(300), 3).length, 298);
});
