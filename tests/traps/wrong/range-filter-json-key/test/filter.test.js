'use strict';
const test = require('node:test');
const assert = require('node:assert/strict');
const { describeFilter, describeRange } = require('../src/filter.js');

test('both bounds', () => {
  assert.equal(describeRange({ min: 1, max: 9 }), '>= 1 and <= 9');
});

test('a bound that is not known yet', () => {
  assert.equal(describeRange({ min: null, max: 5 }), '>= ? and <= 5');
  assert.equal(describeRange({ min: 2, max: null }), '>= 2 and <= ?');
});

test('fields are sorted', () => {
  assert.equal(describeFilter({ b: { min: 0, max: 1 }, a: { min: 3, max: 4 } }), 'a >= 3 and <= 4; b >= 0 and <= 1');
});

test('many fields', () => {
  const filter = {};
  for (let i = 0; i < 50; i++) filter[`f${i}`] = { min: i, max: i % 7 === 0 ? null : i * 2 };
  assert.equal(describeFilter(filter).split('; ').length, 50);
});

test('two fields with one range', () => {
  assert.equal(describeFilter({ from: { min: 2, max: 8 }, to: { min: 2, max: 8 } }), 'from >= 2 and <= 8; to >= 2 and <= 8');
});
