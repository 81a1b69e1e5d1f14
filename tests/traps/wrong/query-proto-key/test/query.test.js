'use strict';
const test = require('node:test');
const assert = require('node:assert/strict');
const { page, parseQuery } = require('../src/query.js');

test('pairs', () => {
  assert.deepEqual(parseQuery('?a=1&b=two'), { a: '1', b: 'two' });
  assert.deepEqual(parseQuery('a=1=2&flag'), { a: '1=2', flag: true });
});

test('encoding', () => {
  assert.deepEqual(parseQuery('q=caf%C3%A9+au+lait&bad=%zz'), { q: 'café au lait', bad: '%zz' });
});

test('nothing', () => {
  assert.deepEqual(parseQuery('?'), {});
});

test('a hostile key does not pollute', () => {
  assert.equal(parseQuery('__proto__=admin&role=guest').role, 'guest');
  assert.equal({}.admin, undefined);
});

test('pages', () => {
  assert.equal(page('?page=3', 1), 3);
  assert.equal(page('?page=-3', 1), 1);
  assert.equal(page('', 1), 1);
});

test('many parameters', () => {
  const search = Array.from({ length: 60 }, (_, i) => `k${i}=${i * 3}`).join('&');
  assert.equal(Object.keys(parseQuery(search)).length, 60);
});
