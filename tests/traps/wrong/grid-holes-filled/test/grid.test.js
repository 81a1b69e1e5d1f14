'use strict';
const test = require('node:test');
const assert = require('node:assert/strict');
const { parseAddress, renderRow, toRows, toTsv } = require('../src/grid.js');

test('addresses', () => {
  assert.deepEqual(parseAddress('A1'), { column: 0, row: 0 });
  assert.deepEqual(parseAddress('AB12'), { column: 27, row: 11 });
  assert.throws(() => parseAddress('12'), TypeError);
});

test('numbers have two digits', () => {
  assert.deepEqual(renderRow([1, 2.345, 'x', null]), ['1.00', '2.35', 'x', '']);
});

test('sparse rows render as empty columns', () => {
  assert.equal(toTsv({ A1: 'name', D1: 4, B2: 'x' }), 'name\t\t\t4.00\n\tx');
});

test('rows between are empty', () => {
  assert.equal(toRows({ C4: 1 }).length, 4);
});

test('a wide sheet', () => {
  const cells = {};
  for (let i = 1; i <= 200; i++) cells[`B${i}`] = i;
  const lines = toTsv(cells).split('\n');
  assert.equal(lines.length, 200);
  assert.equal(lines[41], '\t42.00');
});
