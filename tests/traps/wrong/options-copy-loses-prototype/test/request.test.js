'use strict';
const test = require('node:test');
const assert = require('node:assert/strict');
const { Request, authorize, withHeader } = require('../src/request.js');

test('a request as text', () => {
  assert.equal(String(new Request('GET', '/a', { host: 'x' })), 'GET /a HTTP/1.1\r\nhost: x');
});

test('the original stays', () => {
  const request = new Request('GET', '/a');
  withHeader(request, 'Accept', 'text/html');
  assert.deepEqual(request.headers, {});
});

test('names are lower case', () => {
  assert.deepEqual(withHeader(new Request('GET', '/'), 'ACCEPT', '*/*').headers, { accept: '*/*' });
});

test('public requests carry no token', () => {
  const requests = Array.from({ length: 80 }, (_, i) => new Request('GET', i % 4 ? `/api/${i}` : `/public/${i}`));
  const sent = authorize(requests, 'secret');
  assert.equal(sent.filter((request) => request.headers.authorization === 'Bearer secret').length, 60);
  assert.equal(sent[1].url, '/api/1');
});

test('headers are replaced', () => {
  assert.equal(withHeader(new Request('GET', '/', { accept: 'a' }), 'accept', 'b').headers.accept, 'b');
});
