'use strict';
const test = require('node:test');
const assert = require('node:assert/strict');
const { parseCookies, serialize, sessionOf } = require('../src/cookies.js');

const header = Array.from({ length: 40 }, (_, i) => `cookie${i}=${encodeURIComponent(`value ${i}`)}`).join('; ');

test('cookies', () => {
  assert.deepEqual(parseCookies('a=1; b="two"; c=%20x'), { a: '1', b: 'two', c: ' x' });
});

test('the first one counts', () => {
  assert.deepEqual(parseCookies('a=1; b=2; a=3'), { a: '1', b: '2' });
});

test('a long header', () => {
  const cookies = parseCookies(header);
  assert.equal(Object.keys(cookies).length, 40);
  assert.equal(cookies.cookie39, 'value 39');
});

test('sessions', () => {
  assert.equal(sessionOf({ headers: { cookie: `${header}; sid=abc` } }), 'abc');
  assert.equal(sessionOf({ headers: {} }), null);
});

test('serialized', () => {
  assert.equal(serialize('a', 'b c', { maxAge: 60 }), 'a=b%20c; Path=/; Max-Age=60');
});

test('any name', () => {
  const cookies = parseCookies('__proto__=1; constructor=2; a=3');
  assert.deepEqual(Object.entries(cookies), [['__proto__', '1'], ['constructor', '2'], ['a', '3']]);
});
