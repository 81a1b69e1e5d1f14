import test from 'node:test';
import assert from 'node:assert/strict';
import { interest, round2, schedule } from '../src/statement.js';

test('cents', () => {
  assert.equal(round2(12.341), 12.34);
  assert.equal(round2(12.349), 12.35);
});

test('a debt is rounded to cents as well', () => {
  for (const amount of [-1.125, -3.375, -20.625]) {
    assert.ok(Math.abs(round2(amount) - amount) <= 0.0051);
  }
});

test('interest of a month', () => {
  assert.equal(interest(1000, 7.3, 30), 6);
});

test('a loan ends', () => {
  const rows = schedule(2500, 6, 110, 60);
  assert.equal(rows[rows.length - 1].open, 0);
  assert.ok(rows.every((row, i) => i === 0 || row.open < rows[i - 1].open));
});

test('nothing to pay', () => {
  assert.deepEqual(schedule(0, 5, 100, 12), []);
});
