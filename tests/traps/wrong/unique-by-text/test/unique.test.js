import test from 'node:test';
import assert from 'node:assert/strict';
import { countUnique, unique } from '../src/unique.js';

const numbers = Array.from({ length: 600 }, (_, i) => (i * 7919) % 401);

test('each once', () => {
  assert.deepEqual(unique([3, 1, 3, 2, 1]), [3, 1, 2]);
});

test('nothing', () => {
  assert.deepEqual(unique([]), []);
});

test('many', () => {
  assert.equal(unique(numbers).length, 401);
});

test('a count', () => {
  assert.equal(countUnique([...numbers, ...numbers]), 401);
});

test('one', () => {
  assert.deepEqual(unique([7, 7, 7]), [7]);
});
