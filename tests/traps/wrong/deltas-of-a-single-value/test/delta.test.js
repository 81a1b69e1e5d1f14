'use strict';
const test = require('node:test');
const assert = require('node:assert/strict');
const { decodeDeltas, encodeDeltas, pack } = require('../src/delta.js');

const times = Array.from({ length: 300 }, (_, i) => 1000 + i * 5 + (i % 7));

test('differences', () => {
  assert.deepEqual(encodeDeltas([10, 12, 15, 15]), [10, 2, 3, 0]);
});

test('there and back', () => {
  assert.deepEqual(decodeDeltas(encodeDeltas(times)), times);
});

test('falling values', () => {
  assert.deepEqual(encodeDeltas([3, 1]), [3, -2]);
});

test('packed series', () => {
  assert.equal(pack({ a: [1, 2], b: [7, 9] }), 'a:1,1;b:7,2');
});

test('an empty series', () => {
  assert.deepEqual(encodeDeltas([]), []);
});
