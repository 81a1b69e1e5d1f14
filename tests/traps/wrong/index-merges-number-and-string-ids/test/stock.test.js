'use strict';
const test = require('node:test');
const assert = require('node:assert/strict');
const { inventoryValue, parseMovements, totalsById } = require('../src/stock.js');

const rows = [];
for (let i = 0; i < 60; i++) rows.push([i % 4 === 0 ? 'old' : 'new', String(1 + (i % 12)), (i * 7) % 5]);

test('ids by system', () => {
  assert.deepEqual(parseMovements([['old', '3', 2], ['new', 'A3', 1]]), [{ id: 3, amount: 2 }, { id: 'A3', amount: 1 }]);
});

test('movements of an article are summed', () => {
  assert.deepEqual(totalsById([{ id: 'x', amount: 2 }, { id: 'y', amount: 1 }, { id: 'x', amount: -1 }]), [
    { id: 'x', total: 1 },
    { id: 'y', total: 1 },
  ]);
});

test('the value counts every movement', () => {
  const sum = rows.reduce((total, row) => total + row[2], 0);
  assert.equal(inventoryValue(parseMovements(rows), 10), sum * 10);
});

test('both systems at once', () => {
  const movements = parseMovements([['old', '7', 1], ['new', '7', 5]]);
  assert.equal(inventoryValue(movements, 2), 12);
});

test('nothing in stock', () => {
  assert.equal(inventoryValue([], 3), 0);
});
