import test from 'node:test';
import assert from 'node:assert/strict';
import { Cursor, page, take } from '../src/cursor.js';

const rows = Array.from({ length: 130 }, (_, i) => ({ id: i }));

test('pages', () => {
  assert.deepEqual(page(rows, 2, 3), [{ id: 6 }, { id: 7 }, { id: 8 }]);
  assert.equal(page(rows, 12, 10).length, 10);
});

test('the last page is short', () => {
  assert.equal(page(rows, 4, 30).length, 10);
});

test('nothing is read for no rows', () => {
  const cursor = new Cursor(rows);
  assert.deepEqual(take(cursor, 0), []);
  assert.equal(cursor.position, 0);
});

test('a cursor that is read to its end is closed', () => {
  const cursor = new Cursor(rows);
  take(cursor, 200);
  assert.equal(cursor.open, false);
});

test('not more is read than asked for', () => {
  const cursor = new Cursor(rows);
  take(cursor, 40);
  assert.equal(cursor.position, 40);
});
