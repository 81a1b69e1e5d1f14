import test from 'node:test';
import assert from 'node:assert/strict';
import { count, firstMatch, readPages } from '../src/pages.js';

const loader = (pages, size) => async (number) => (number < pages ? Array.from({ length: size }, (_, i) => number * size + i) : []);

test('all entries', async () => {
  const entries = [];
  for await (const entry of readPages(loader(3, 2))) entries.push(entry);
  assert.deepEqual(entries, [0, 1, 2, 3, 4, 5]);
});

test('counted', async () => {
  assert.equal(await count(loader(12, 20)), 240);
});

test('the first match', async () => {
  assert.equal(await firstMatch(loader(5, 10), (entry) => entry > 33), 34);
  assert.equal(await firstMatch(loader(5, 10), () => false), null);
});

test('a limit', async () => {
  let entries = 0;
  for await (const entry of readPages(loader(50, 1), 7)) entries += entry >= 0 ? 1 : 0;
  assert.equal(entries, 7);
});

test('no pages', async () => {
  assert.equal(await count(loader(0, 5)), 0);
});
