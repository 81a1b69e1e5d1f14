import test from 'node:test';
import assert from 'node:assert/strict';
import { LazyColumn } from '../src/lazy.js';

test('cells', () => {
  const column = new LazyColumn((i) => i * 2);
  assert.equal(column.at(4), 8);
  assert.equal(column.at(0), 0);
});

test('computed once', () => {
  const column = new LazyColumn((i) => ({ row: i }));
  const cell = column.at(7);
  assert.equal(column.at(7), cell);
});

test('sums', () => {
  const column = new LazyColumn((i) => i % 10);
  assert.equal(column.sum(100), 450);
  assert.equal(column.sum(100), 450);
});

test('computed again after a reset', () => {
  let factor = 1;
  const column = new LazyColumn((i) => i * factor);
  column.at(5);
  factor = 3;
  assert.equal(column.reset(5).at(5), 15);
});
