import test from 'node:test';
import assert from 'node:assert/strict';
import { parseItem, receipt, summarize } from '../src/cart.js';

test('items', () => {
  assert.deepEqual(parseItem('3x red paint @ 12'), { count: 3, name: 'red paint', price: 12 });
  assert.throws(() => parseItem('paint'), SyntaxError);
});

test('totals', () => {
  const { total, largest } = summarize([{ price: 5, count: 2 }, { price: 4, count: 3 }]);
  assert.equal(total, 22);
  assert.equal(largest, 12);
});

test('a long receipt', () => {
  const lines = Array.from({ length: 150 }, (_, i) => `${1 + (i % 3)}x part ${i} @ ${i}`);
  assert.match(receipt(lines), /^150 items, \d+ in all, 447 at most$/);
});

test('an empty cart', () => {
  assert.equal(receipt([]), '0 items, 0 in all, 0 at most');
});
