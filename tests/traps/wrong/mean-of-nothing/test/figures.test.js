import test from 'node:test';
import assert from 'node:assert/strict';
import { mean, summary, total } from '../src/figures.js';

test('total', () => {
  assert.equal(total([1, 2, 3]), 6);
  assert.equal(total([]), 0);
});

test('mean', () => {
  assert.equal(mean([1, 2, 3, 6]), 3);
});

test('a summary', () => {
  assert.equal(summary([1, 2]), 'mean 1.5 of 2');
});

test('a summary of nothing', () => {
  assert.equal(summary([]), 'no values');
});
