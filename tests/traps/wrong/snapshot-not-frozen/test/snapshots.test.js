import test from 'node:test';
import assert from 'node:assert/strict';
import { History, replay, snapshot } from '../src/snapshots.js';

test('a snapshot is a copy', () => {
  const state = { a: 1, tags: ['x'] };
  const copy = snapshot(state);
  state.tags.push('y');
  assert.deepEqual(copy, { a: 1, tags: ['x'] });
});

test('tags are optional', () => {
  assert.deepEqual(snapshot({ b: 2 }), { b: 2, tags: [] });
});

test('undo', () => {
  const history = new History();
  history.push({ step: 1 });
  history.push({ step: 2 });
  assert.equal(history.undo().step, 2);
  assert.equal(history.undo().step, 1);
  assert.equal(history.undo(), null);
});

test('the limit', () => {
  const states = Array.from({ length: 130 }, (_, i) => ({ step: i, tags: Array(i % 4).fill('t') }));
  assert.deepEqual(replay(states, 3), [3, 0, 1]);
});
