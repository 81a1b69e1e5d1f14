import test from 'node:test';
import assert from 'node:assert/strict';
import { describe, extent, histogram } from '../src/stats.js';

const values = Array.from({ length: 250 }, (_, i) => ((i * 37) % 101) - 20);

test('extremes', () => {
  assert.deepEqual(extent(values), { min: -20, max: 80 });
  assert.deepEqual(extent([4]), { min: 4, max: 4 });
});

test('every value is in a bucket', () => {
  const counts = histogram(values, 12);
  assert.equal(counts.length, 12);
  assert.equal(counts.reduce((a, b) => a + b), 250);
});

test('equal values', () => {
  assert.deepEqual(histogram([3, 3, 3], 2), [3, 0]);
});

test('a description', () => {
  assert.equal(describe('speed', [3, 9, 1]), 'speed: 3 values from 1 to 9');
});

test('nothing', () => {
  assert.equal(describe('speed', []), 'speed: no values');
  assert.deepEqual(histogram([], 3), [0, 0, 0]);
});
