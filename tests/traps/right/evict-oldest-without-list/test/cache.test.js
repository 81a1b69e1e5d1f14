'use strict';
const test = require('node:test');
const assert = require('node:assert/strict');
const { Cache } = require('../src/cache.js');

test('a full cache', () => {
  const values = Object.fromEntries(Array.from({ length: 250 }, (_, i) => [`old${i}`, i]));
  const cache = new Cache(250, values);
  for (let i = 0; i < 400; i++) cache.put(`key${i}`, i);
  assert.equal(cache.evicted, 400);
  assert.ok(cache.has('key150'));
  assert.ok(!cache.has('key149'));
});

test('what was put is there', () => {
  const cache = new Cache(5).put('a', 1).put('b', null);
  assert.equal(cache.get('a'), 1);
  assert.equal(cache.get('b'), null);
  assert.equal(cache.get('c'), undefined);
});

test('the oldest goes', () => {
  const cache = new Cache(2).put('a', 1).put('b', 2).put('c', 3);
  assert.deepEqual([...cache.entries.keys()], ['b', 'c']);
  assert.equal(cache.evicted, 1);
});

test('putting again makes young', () => {
  const cache = new Cache(2).put('a', 1).put('b', 2).put('a', 3).put('c', 4);
  assert.deepEqual([...cache.entries.keys()], ['a', 'c']);
});

test('no room', () => {
  assert.equal(new Cache(0).put('a', 1).evicted, 1);
});
