import test from 'node:test';
import assert from 'node:assert/strict';
import { overview, pageCount, pageOf } from '../src/pages.js';

const items = Array.from({ length: 45 }, (_, i) => i);

test('the second page', () => {
  assert.deepEqual(pageOf(items, 2, 10), [10, 11, 12, 13, 14, 15, 16, 17, 18, 19]);
});

test('the last page is shorter', () => {
  assert.deepEqual(pageOf(items, 5, 10), [40, 41, 42, 43, 44]);
});

test('pages', () => {
  assert.equal(pageCount(items, 10), 5);
  assert.equal(pageCount([1], 10), 1);
});

test('an overview', () => {
  const { first, caption } = overview(items.slice(0, 40), 20);
  assert.equal(first.length, 20);
  assert.equal(caption, '40 items');
});
