import test from 'node:test';
import assert from 'node:assert/strict';
import { orderTotal, parsePositions, priceOrder } from '../src/orders.js';

const articles = [
  { sku: 'nail', price: 5 },
  { sku: 'bolt', price: 20 },
  { sku: 'nut', price: 10 },
  { sku: 'nail', price: 99 },
  { sku: 'saw', price: 1500 },
];

test('positions', () => {
  assert.deepEqual(parsePositions('3x nail, 1 x saw'), [{ sku: 'nail', count: 3 }, { sku: 'saw', count: 1 }]);
});

test('prices', () => {
  assert.deepEqual(priceOrder([{ sku: 'bolt', count: 2 }], articles), [{ sku: 'bolt', count: 2, total: 40 }]);
});

test('the first article of a number counts', () => {
  assert.equal(orderTotal(parsePositions('10x nail'), articles), 50);
});

test('many small orders', () => {
  let sum = 0;
  for (let i = 1; i <= 40; i++) sum += orderTotal(parsePositions(`${i}x nut, 2x bolt`), articles);
  assert.equal(sum, 9800);
});

test('unknown articles', () => {
  assert.throws(() => orderTotal(parsePositions('1x drill'), articles), /unknown article: drill/);
});
