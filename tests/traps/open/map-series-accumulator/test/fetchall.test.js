import test from 'node:test';
import assert from 'node:assert/strict';
import { collect, memoryLoader, names } from '../src/fetchall.js';

const table = new Map(Array.from({ length: 300 }, (_, i) => [`key${i}`, { id: i }]));

test('values by key', async () => {
  assert.deepEqual(await collect(['a', 'b'], async (key, i) => `${key}${i}`), { a: 'a0', b: 'b1' });
});

test('a whole table', async () => {
  const results = await collect([...table.keys()], memoryLoader(table));
  assert.equal(Object.keys(results).length, 300);
  assert.equal(results.key17.id, 17);
});

test('a missing entry ends it', async () => {
  await assert.rejects(collect(['key1', 'nothing', 'key2'], memoryLoader(table)), /no entry nothing/);
});

test('the last value of a key counts', async () => {
  assert.deepEqual(await collect(['a', 'a'], async (_, i) => i), { a: 1 });
});

test('names', async () => {
  assert.deepEqual(await names(['x', 'y'], async (key) => (key === 'x' ? { name: 'X' } : {})), ['X', 'unnamed']);
});

test('no keys', async () => {
  assert.deepEqual(await collect([], memoryLoader(table)), {});
});
