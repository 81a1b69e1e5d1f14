'use strict';
const test = require('node:test');
const assert = require('node:assert/strict');
const { adler32, seal, verify } = require('../src/adler.js');

const bytes = Uint8Array.from({ length: 2048 }, (_, i) => (i * 31) & 255);

test('a known value', () => {
  assert.equal(adler32(new TextEncoder().encode('Wikipedia!!!')), 494142459);
});

test('no bytes', () => {
  assert.equal(adler32(new Uint8Array(0)), 1);
});

test('a sealed block is whole', () => {
  assert.ok(verify(seal(bytes)));
});

test('a flipped bit is seen', () => {
  const block = seal(bytes);
  block.bytes[1000] ^= 1;
  assert.ok(!verify(block));
});

test('short blocks are padded', () => {
  assert.equal(seal(bytes.subarray(0, 5)).bytes.length, 8);
});
