'use strict';
const test = require('node:test');
const assert = require('node:assert/strict');
const { digest, format, parse } = require('../src/uuid.js');

const bytes = Uint8Array.from({ length: 16 }, (_, i) => i * 17);

test('a UUID', () => {
  assert.equal(format(bytes), '00112233-4455-6677-8899-aabbccddeeff');
});

test('there and back', () => {
  for (let i = 0; i < 100; i++) {
    const id = bytes.map((byte) => (byte * 7 + i) & 255);
    assert.deepEqual(parse(format(id)), id);
  }
});

test('wrong lengths', () => {
  assert.throws(() => format(bytes.subarray(1)), /16 bytes, not 15/);
});

test('wrong digits', () => {
  assert.throws(() => parse('00112233-4455-6677-8899-aabbccddeefg'), SyntaxError);
});

test('digests', () => {
  assert.equal(digest(Uint8Array.of(1, 255)), 'sha:01ff');
  assert.equal(digest(new Uint8Array(32)), 'sha:' + '0'.repeat(64));
});
