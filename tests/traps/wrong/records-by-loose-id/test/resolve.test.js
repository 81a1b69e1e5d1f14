import test from 'node:test';
import assert from 'node:assert/strict';
import { compare, idsOf, resolveAll } from '../src/resolve.js';

const records = Array.from({ length: 120 }, (_, i) => ({ id: i + 1, name: `record ${i + 1}` }));

test('ids of a path', () => {
  assert.deepEqual(idsOf('/compare/3/17/'), ['3', '17']);
});

test('numbers', () => {
  assert.deepEqual(resolveAll([2, 500], records), [{ id: 2, name: 'record 2' }, null]);
});

test('what was asked for', () => {
  assert.equal(compare('/compare/3/17/999', records).asked, 3);
});

test('ids that nobody has', () => {
  assert.deepEqual(compare('/compare/a/b', records), { asked: 2, found: 0, path: '/compare/a/b' });
});

test('all of them', () => {
  assert.equal(resolveAll(records.map((record) => record.id), records).filter(Boolean).length, 120);
});
