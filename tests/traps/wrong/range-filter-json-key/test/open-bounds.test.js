'use strict';
const test = require('node:test');
const assert = require('node:assert/strict');
const { describeFilter, describeRange } = require('../src/filter.js');

test('no bound at one side', () => {
  assert.equal(describeRange({ min: -Infinity, max: 5 }), '<= 5');
  assert.equal(describeRange({ min: 2, max: Infinity }), '>= 2');
});

test('no bounds at all', () => {
  assert.equal(describeFilter({ age: { min: -Infinity, max: Infinity } }), 'age any');
});
