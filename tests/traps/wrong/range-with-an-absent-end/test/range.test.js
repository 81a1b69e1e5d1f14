import test from 'node:test';
import assert from 'node:assert/strict';
import { range, rows } from '../src/range.js';

test('up to a number', () => {
  assert.deepEqual(range(3), [0, 1, 2]);
  assert.deepEqual(range(0), []);
});

test('from a number to another', () => {
  assert.deepEqual(range(2, 5), [2, 3, 4]);
  assert.deepEqual(range(5, 2), []);
});

test('rows', () => {
  assert.deepEqual(rows({ first: 1, last: 3 }), ['row 1', 'row 2']);
});

test('rows are texts', () => {
  assert.ok(rows({ first: 2 }).every((row) => typeof row === 'string'));
});
