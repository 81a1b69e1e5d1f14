'use strict';
const test = require('node:test');
const assert = require('node:assert/strict');
const { header, lower, parseHeaders } = require('../src/headers.js');

const text = Array.from({ length: 60 }, (_, i) => `X-Header-${i}: value ${i}`).join('\r\n');

test('lower case', () => {
  assert.equal(lower('Content-Type'), 'content-type');
  assert.equal(lower(''), '');
});

test('headers', () => {
  const headers = parseHeaders('Host: example.com\r\nACCEPT: */*\r\nbroken');
  assert.deepEqual([...headers], [['host', 'example.com'], ['accept', '*/*']]);
});

test('repeated headers are joined', () => {
  assert.equal(header(parseHeaders('Via: a\r\nvia: b'), 'VIA'), 'a, b');
});

test('names with underscores', () => {
  assert.equal(header(parseHeaders('X_Api_Key: secret'), 'x_api_key'), 'secret');
});

test('many headers', () => {
  assert.equal(header(parseHeaders(text), 'x-header-41'), 'value 41');
  assert.equal(header(parseHeaders(text), 'x-header-60'), null);
});
