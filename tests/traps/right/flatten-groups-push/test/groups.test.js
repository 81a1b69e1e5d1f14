'use strict';
const test = require('node:test');
const assert = require('node:assert/strict');
const { chunk, flatten, regroup, sizes } = require('../src/groups.js');

const groups = Array.from({ length: 80 }, (_, i) => Array.from({ length: 1 + (i % 5) }, (__, j) => `g${i}-${j}`));

test('chunks', () => {
  assert.deepEqual(chunk([1, 2, 3, 4, 5], 2), [[1, 2], [3, 4], [5]]);
});

test('flattened', () => {
  assert.deepEqual(flatten([[1], [2, 3], [], [4]]), [1, 2, 3, 4]);
  assert.equal(flatten(groups).length, 240);
});

test('regrouped', () => {
  assert.deepEqual(sizes(regroup(groups, 100)), [100, 100, 40]);
});

test('one level only', () => {
  assert.deepEqual(flatten([[[1], 2], [3]]), [[1], 2, 3]);
});

test('sets are groups, too', () => {
  assert.deepEqual(flatten([new Set([1, 2]), 'ab']), [1, 2, 'a', 'b']);
});
