import test from 'node:test';
import assert from 'node:assert/strict';
import { recordsOf, titlesOf } from '../src/records.js';

const records = Array.from({ length: 300 }, (_, i) => ({ id: i * 3, title: `record ${i}` }));

test('in the order of the ids', () => {
  const found = recordsOf(records.map(({ id }) => id).reverse(), records);
  assert.equal(found[0], records[299]);
  assert.equal(found[299], records[0]);
});

test('what does not exist', () => {
  const found = recordsOf(Array.from({ length: 300 }, (_, i) => i), records);
  assert.equal(found[3], records[1]);
  assert.equal(found[4], null);
  assert.deepEqual(recordsOf([...records.map(({ id }) => id), NaN], records).slice(299), [records[299], null]);
});

test('the first of two records', () => {
  const twice = [...records, ...records.map((record) => ({ ...record, title: 'again' }))];
  assert.equal(recordsOf(twice.map(({ id }) => id), twice)[299].title, 'record 299');
});

test('titles', () => {
  const titles = titlesOf(records.map(({ id }) => id + (id % 2)), records);
  assert.equal(titles[0], 'record 0');
  assert.equal(titles[1], 'missing');
});
