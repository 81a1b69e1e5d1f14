import test from 'node:test';
import assert from 'node:assert/strict';
import { entry, lookup, prune, sweep } from '../src/expiry.js';

const fill = (count) => Array.from({ length: count }, (_, i) => entry(`e${i}`, 0, (i * 7) % 40));

test('entries', () => {
  assert.deepEqual(entry('a', 1000, 3), { id: 'a', until: 4000 });
});

test('expired entries are counted', () => {
  assert.equal(prune(fill(80), 20000), 42);
});

test('expired entries are not found', () => {
  const list = fill(80);
  prune(list, 20000);
  assert.equal(lookup(list, 'e1', 20000), null);
  assert.equal(lookup(list, 'e5', 20000), 'e5');
});

test('several lists', () => {
  assert.equal(sweep([fill(10), fill(20), []], 1e9), 30);
});

test('nothing has expired', () => {
  assert.equal(prune(fill(5), -1), 0);
});
