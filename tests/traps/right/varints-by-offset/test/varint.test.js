'use strict';
const test = require('node:test');
const assert = require('node:assert/strict');
const { encode, readAll, readOne } = require('../src/varint.js');

const values = Array.from({ length: 400 }, (_, i) => (i * i * 37) % 100000);

test('encoded', () => {
  assert.deepEqual([...encode([1, 300])], [1, 172, 2]);
});

test('one number', () => {
  assert.deepEqual(readOne(Uint8Array.of(172, 2, 9)), [300, 2]);
});

test('there and back', () => {
  assert.deepEqual(readAll(encode(values)), values);
});

test('large numbers', () => {
  assert.deepEqual(readAll(encode([2 ** 40, 5])), [2 ** 40, 5]);
});

test('cut off', () => {
  assert.throws(() => readAll(Uint8Array.of(1, 200)), /ends inside of a number/);
  assert.deepEqual(readAll(new Uint8Array(0)), []);
});
