'use strict';
const test = require('node:test');
const assert = require('node:assert/strict');
const { parseStamp, spans } = require('../src/stamp.js');

test('a stamp', () => {
  assert.equal(parseStamp('2024-05-06T07:08:09.123Z'), Date.parse('2024-05-06T07:08:09.123Z'));
});

test('anything else', () => {
  assert.ok(Number.isNaN(parseStamp('2024-05-06')));
  assert.ok(Number.isNaN(parseStamp('2024-05-06T07:08:09.12xZ')));
});

test('spans of a log', () => {
  const start = Date.UTC(2024, 0, 1);
  const lines = Array.from({ length: 300 }, (_, i) => `${new Date(start + i * 1234).toISOString()} GET /items/${i}`);
  const result = spans(lines);
  assert.equal(result.length, 299);
  assert.ok(result.every((span) => span === 1234));
});

test('one line has no spans', () => {
  assert.deepEqual(spans(['2024-05-06T07:08:09.123Z start']), []);
});
