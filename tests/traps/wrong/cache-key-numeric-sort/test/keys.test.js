'use strict';
const test = require('node:test');
const assert = require('node:assert/strict');
const { RequestCache, batchKey, requestKey } = require('../src/keys.js');

const ids = Array.from({ length: 50 }, (_, i) => (i * 37) % 211);

test('the order of the ids does not matter', () => {
  assert.equal(batchKey('user', ids), batchKey('user', [...ids].reverse()));
});

test('repeated ids do not matter', () => {
  assert.equal(batchKey('user', [3, 1, 3]), 'user[1,3]');
});

test('different ids have different keys', () => {
  assert.notEqual(batchKey('user', ids), batchKey('user', ids.slice(1)));
});

test('language and version', () => {
  assert.equal(requestKey({ resource: 'post', ids: [2], lang: 'de', version: 4 }), 'post[2]|lang:de|v:4');
});

test('the cache finds what was stored', () => {
  const cache = new RequestCache().set({ resource: 'user', ids }, 'answer');
  assert.equal(cache.get({ resource: 'user', ids: [...ids].reverse() }), 'answer');
  assert.equal(cache.get({ resource: 'user', ids: [1] }), undefined);
});
