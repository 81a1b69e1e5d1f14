'use strict';
const test = require('node:test');
const assert = require('node:assert/strict');
const { locate, prefixSums, sampler } = require('../src/prefix.js');

const entries = Array.from({ length: 200 }, (_, i) => ({ name: `n${i}`, weight: 0.1 + (i % 10) / 7 }));

test('sums', () => {
  assert.deepEqual(prefixSums([1, 2, 3.5]), [1, 3, 6.5]);
  assert.deepEqual(prefixSums([]), []);
});

test('the place of a point', () => {
  assert.equal(locate([1, 3, 6], 0), 0);
  assert.equal(locate([1, 3, 6], 3), 2);
});

test('a sampler covers all names', () => {
  const { at } = sampler(entries);
  assert.equal(at(0), 'n0');
  assert.equal(at(0.9999), 'n199');
});

test('the total', () => {
  const exact = entries.reduce((sum, entry) => sum + entry.weight, 0);
  assert.ok(Math.abs(sampler(entries).total - exact) < 0.01);
});

test('sums rise', () => {
  const sums = prefixSums(entries.map((entry) => entry.weight));
  assert.ok(sums.every((sum, i) => i === 0 || sum > sums[i - 1]));
});
