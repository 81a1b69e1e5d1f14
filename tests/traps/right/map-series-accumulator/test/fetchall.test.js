import test from 'node:test';
import assert from 'node:assert/strict';
import { collect, memoryLoader, names } from '../src/fetchall.js';

const table = new Map(Array.from({ length: 300 }, (_, i) => [`key${i}`, { id: i }]));

test('values by key, with the position', async () => {
  const results = await collect([...table.keys()], async (key, i) => `${key}:${i}`);
  assert.equal(results.key0, 'key0:0');
  assert.equal(results.key299, 'key299:299');
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
  const twice = [...table.keys(), ...table.keys()];
  const results = await collect(twice, async (_, i) => i);
  assert.equal(Object.keys(results).length, 300);
  assert.equal(results.key0, 300);
});

test('names', async () => {
  const all = await names([...table.keys()], async (key) => (key === 'key3' ? { name: 'X' } : {}));
  assert.deepEqual(all.slice(2, 5), ['unnamed', 'X', 'unnamed']);
});

test('a page of a table', async () => {
  const page = [...table.keys()].slice(100, 200);
  assert.deepEqual(Object.keys(await collect(page, memoryLoader(table))), page);
});
