'use strict';
const test = require('node:test');
const assert = require('node:assert/strict');
const { decodeFrame, encodeFrame } = require('../src/frame.js');

test('the header', () => {
  assert.deepEqual([...encodeFrame(3, 'ab', 1)], [3, 1, 0, 0, 0, 2, 97, 98]);
});

test('there and back', () => {
  assert.deepEqual(decodeFrame(encodeFrame(7, 'grüße')), { type: 7, flags: 0, text: 'grüße' });
});

test('an empty payload', () => {
  assert.equal(encodeFrame(1, '').length, 6);
});

test('a payload that is too large', () => {
  assert.throws(() => encodeFrame(1, 'x'.repeat(5000)), RangeError);
});

test('many messages', () => {
  for (let i = 0; i < 100; i++) {
    const text = 'message '.repeat(i % 20);
    assert.equal(decodeFrame(encodeFrame(i % 250, text, i % 2)).text, text);
  }
});
