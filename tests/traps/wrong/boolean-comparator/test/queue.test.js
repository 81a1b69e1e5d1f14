import test from 'node:test';
import assert from 'node:assert/strict';
import { nextDue, position, schedule } from '../src/queue.js';

const jobs = Array.from({ length: 80 }, (_, i) => ({ name: `job ${i}`, due: (i * 31) % 50 }));

test('in order of time', () => {
  const due = schedule(jobs).map((job) => job.due);
  assert.deepEqual(due, [...due].sort((a, b) => a - b));
});

test('equal times keep their order', () => {
  assert.deepEqual(schedule([{ name: 'a', due: 1 }, { name: 'b', due: 1 }]).map((job) => job.name), ['a', 'b']);
});

test('positions', () => {
  assert.equal(position([{ due: 1 }, { due: 5 }], { due: 3 }), 1);
  assert.equal(position([], { due: 3 }), 0);
});

test('the next', () => {
  assert.equal(nextDue([{ name: 'x', due: 9 }, { name: 'y', due: 4 }], 3), 'y');
  assert.equal(nextDue(jobs, 1000), null);
});
