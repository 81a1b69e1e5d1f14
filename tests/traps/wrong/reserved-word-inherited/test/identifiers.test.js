'use strict';
const test = require('node:test');
const assert = require('node:assert/strict');
const { columnNames, isReserved, toIdentifier } = require('../src/identifiers.js');

test('reserved words', () => {
  assert.ok(isReserved('class'));
  assert.ok(!isReserved('name'));
});

test('identifiers', () => {
  assert.equal(toIdentifier('first name'), 'firstName');
  assert.equal(toIdentifier('2nd'), '_2nd');
  assert.equal(toIdentifier('new'), '_new');
  assert.equal(toIdentifier('?'), '_');
});

test('columns are unique', () => {
  const titles = Array.from({ length: 90 }, (_, i) => ['id', 'unit price', 'constructor', 'team', 'class'][i % 5]);
  const names = columnNames(titles);
  assert.equal(new Set(names).size, 90);
  assert.ok(names.every((name) => /^[\w$]+$/.test(name)));
});

test('no columns', () => {
  assert.deepEqual(columnNames([]), []);
});
