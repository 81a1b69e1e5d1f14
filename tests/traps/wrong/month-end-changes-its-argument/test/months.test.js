'use strict';
const test = require('node:test');
const assert = require('node:assert/strict');
const { closingDays, daysLeft, endOfMonth } = require('../src/months.js');

test('the last day', () => {
  assert.equal(endOfMonth(new Date('2024-02-10T12:00:00Z')).toISOString(), '2024-02-29T00:00:00.000Z');
});

test('the end of the year', () => {
  assert.equal(endOfMonth(new Date('2023-12-31T23:59:59Z')).getUTCFullYear(), 2023);
});

test('days of a month', () => {
  assert.equal(daysLeft(new Date('2023-02-03T00:00:00Z')), 28);
});

test('closing days', () => {
  assert.deepEqual(closingDays('2024-01-31T00:00:00Z', 3), ['2024-01-31', '2024-02-29', '2024-03-31']);
  assert.equal(closingDays('2020-05-05T00:00:00Z', 120).length, 120);
});
