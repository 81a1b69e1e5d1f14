import test from 'node:test';
import assert from 'node:assert/strict';
import { indexAt, insert, times, titleAt } from '../src/events.js';

const events = Array.from({ length: 200 }, (_, i) => ({ at: Math.floor(i / 4) * 10, title: `slot ${Math.floor(i / 4)}: talk ${i}` }));

test('an event', () => {
  assert.equal(indexAt([{ at: 1 }, { at: 4 }, { at: 8 }], 4), 1);
});

test('no event', () => {
  assert.equal(indexAt(events, 15), -1);
  assert.equal(titleAt(events, -10), null);
});

test('the slot of a time', () => {
  assert.equal(titleAt(events, 120), 'slot 12');
  assert.equal(titleAt(events, 490), 'slot 49');
});

test('inserted behind its equals', () => {
  assert.deepEqual(insert([{ at: 1, t: 'a' }, { at: 2 }], { at: 1, t: 'b' }).map((event) => event.t), ['a', 'b', undefined]);
});

test('times', () => {
  assert.equal(times(events).length, 50);
});
