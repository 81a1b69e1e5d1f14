'use strict';
const test = require('node:test');
const assert = require('node:assert/strict');
const { columns, orderBy, page } = require('../src/order.js');

const records = Array.from({ length: 120 }, (_, i) => ({ id: i, score: (i * 13) % 40 }));

test('ascending', () => {
  assert.deepEqual(orderBy([{ k: 3 }, { k: 1 }, { k: 2 }], 'k'), [{ k: 1 }, { k: 2 }, { k: 3 }]);
});

test('equal records keep their order', () => {
  assert.deepEqual(orderBy(records, 'score').slice(0, 3).map((record) => record.id), [0, 40, 80]);
});

test('pages', () => {
  assert.equal(page(records, { field: 'score', from: 100 }).length, 20);
});

test('columns', () => {
  assert.deepEqual(columns([{ b: 1 }, { a: 1, b: 2 }]), ['a', 'b']);
});
