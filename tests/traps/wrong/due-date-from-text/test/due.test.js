import test from 'node:test';
import assert from 'node:assert/strict';
import { addWeeks, format, isOverdue, parseDay, toDate } from '../src/due.js';

test('days', () => {
  assert.equal(format(parseDay('2024-3-5')), '2024-03-05');
});

test('midnight', () => {
  const date = toDate({ year: 2024, month: 2, day: 29 });
  assert.equal(date.getDate(), 29);
  assert.equal(date.getHours(), 0);
});

test('weeks', () => {
  assert.deepEqual(addWeeks({ year: 2023, month: 11, day: 2 }, 3), { year: 2023, month: 11, day: 23 });
});

test('overdue', () => {
  assert.equal(isOverdue(parseDay('2024-05-01'), parseDay('2024-05-02')), true);
  assert.equal(isOverdue(parseDay('2024-05-02'), parseDay('2024-05-02')), false);
});

test('weekly instalments of the last years are overdue', () => {
  const start = parseDay('2023-01-31');
  const today = parseDay('2026-01-01');
  for (let i = 0; i < 104; i++) assert.equal(isOverdue(addWeeks(start, i), today), true);
});
