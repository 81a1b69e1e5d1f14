'use strict';
const test = require('node:test');
const assert = require('node:assert/strict');
const { fromCells, normalizeRow, toCsv } = require('../src/table.js');

test('empty texts are empty cells', () => {
  assert.deepEqual(normalizeRow(['a', '', undefined, 0]), ['a', null, null, 0]);
});

test('cells', () => {
  assert.equal(toCsv(fromCells([{ row: 0, column: 1, value: 'b' }, { row: 0, column: 0, value: 'a' }])), 'a,b');
});

test('what nobody set is empty', () => {
  assert.equal(toCsv(fromCells([{ row: 0, column: 0, value: 'a' }, { row: 0, column: 3, value: 'd' }, { row: 2, column: 1, value: 'x' }])), 'a,,,d\n\n,x');
});

test('a diagonal', () => {
  const cells = Array.from({ length: 50 }, (_, i) => ({ row: i, column: i, value: i }));
  const rows = fromCells(cells);
  assert.equal(rows.length, 50);
  assert.equal(rows[49].length, 50);
  assert.equal(rows[20][20], 20);
});
