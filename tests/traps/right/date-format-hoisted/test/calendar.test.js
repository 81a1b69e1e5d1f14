import test from 'node:test';
import assert from 'node:assert/strict';
import { agenda, dayName, render } from '../src/calendar.js';

const at = (text) => Date.parse(`${text}Z`);
const events = [
  { title: 'stand-up', at: at('2024-03-04T09:00') },
  { title: 'review', at: at('2024-03-04T15:00') },
  { title: 'lunch', at: at('2024-03-06T12:00') },
];

test('names', () => {
  assert.match(dayName(new Date('2024-02-29T12:00:00Z')), /^Thu,? 29 Feb$/);
});

test('invalid dates', () => {
  assert.throws(() => dayName(new Date(NaN)), RangeError);
});

test('an agenda', () => {
  const entries = agenda('2024-03-04', 60, events);
  assert.equal(entries.length, 60);
  assert.deepEqual(entries[0].titles, ['stand-up', 'review']);
});

test('only days with events', () => {
  const lines = render(agenda('2024-03-04', 30, events));
  assert.equal(lines.length, 2);
  assert.match(lines[1], /6 Mar: lunch$/);
});
