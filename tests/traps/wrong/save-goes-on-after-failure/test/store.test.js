'use strict';
const test = require('node:test');
const assert = require('node:assert/strict');
const { Store, importBatch, saveAll } = require('../src/store.js');

const records = Array.from({ length: 60 }, (_, i) => ({ id: `r${i}`, value: i * i }));

test('all records are saved', async () => {
  const store = new Store();
  assert.deepEqual(await importBatch(store, records), { ok: true, saved: 60 });
  assert.equal(store.writes, 60);
});

test('ids come back in order', async () => {
  assert.deepEqual(await saveAll(new Store(), records.slice(0, 3)), ['r0', 'r1', 'r2']);
});

test('copies are stored', async () => {
  const store = new Store();
  const record = { id: 'x', value: 1 };
  await saveAll(store, [record]);
  record.value = 2;
  assert.equal(store.records.get('x').value, 1);
});

test('a locked record is reported', async () => {
  const result = await importBatch(new Store(['r7']), records);
  assert.deepEqual(result, { ok: false, message: 'record r7 is locked' });
});

test('what was saved before a failure stays', async () => {
  const store = new Store(['r59']);
  await importBatch(store, records);
  assert.equal(store.records.get('r3').value, 9);
});
