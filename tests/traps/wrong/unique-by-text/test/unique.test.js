import test from 'node:test';
import assert from 'node:assert/strict';
import { countUnique, unique } from '../src/unique.js';

const numbers = Array.from({ length: 600 }, (_, i) => (i * 7919) % 401);

test('each once', () => {
  const ids = Array.from({ length: 500 }, (_, i) => i * 3);
  assert.deepEqual(unique([...ids, ...ids]), ids);
});

test('many', () => {
  assert.equal(unique(numbers).length, 401);
});

test('a count', () => {
  assert.equal(countUnique([...numbers, ...numbers]), 401);
});

test('in their order', () => {
  const down = Array.from({ length: 450 }, (_, i) => 450 - i);
  assert.deepEqual(unique(down), down);
});
