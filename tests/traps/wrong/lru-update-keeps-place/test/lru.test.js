import test from 'node:test';
import assert from 'node:assert/strict';
import { LruCache } from '../src/lru.js';

test('what was set is there', () => {
  const cache = new LruCache(10).set('a', 1).set('b', undefined);
  assert.equal(cache.get('a'), 1);
  assert.equal(cache.get('b'), undefined);
  assert.equal(cache.get('c'), undefined);
});

test('the oldest goes', () => {
  const cache = new LruCache(3);
  for (let i = 0; i < 100; i++) cache.set(`k${i}`, i);
  assert.deepEqual(cache.keys(), ['k97', 'k98', 'k99']);
});

test('reading makes an entry young', () => {
  const cache = new LruCache(2, [['a', 1], ['b', 2]]);
  cache.get('a');
  cache.set('c', 3);
  assert.deepEqual(cache.keys(), ['a', 'c']);
});

test('a new value for a key', () => {
  const cache = new LruCache(5, [['a', 1], ['b', 2]]);
  cache.set('a', 7);
  assert.equal(cache.get('a'), 7);
  assert.equal(cache.keys().length, 2);
});

test('no room at all', () => {
  assert.deepEqual(new LruCache(0).set('a', 1).keys(), []);
});
