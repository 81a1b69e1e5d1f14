'use strict';
const test = require('node:test');
const assert = require('node:assert/strict');
const { board, parseTask, topTasks } = require('../src/tasks.js');

const lines = Array.from({ length: 100 }, (_, i) => `[${['low', 'normal', 'high', 'urgent'][(i * 7) % 4]}] task ${i}`);

test('tasks with and without a level', () => {
  assert.deepEqual(parseTask('[high] call back', 4), { id: 4, priority: 3, text: 'call back' });
  assert.equal(parseTask('write', 1).priority, 2);
});

test('the most important first', () => {
  const top = topTasks([{ id: 1, priority: 1 }, { id: 2, priority: 4 }, { id: 3, priority: 3 }], 2);
  assert.deepEqual(top.map((task) => task.id), [2, 3]);
});

test('a full board', () => {
  const { total, top } = board(lines, 10);
  assert.equal(total, 100);
  assert.deepEqual(top.map((task) => task.priority), Array(10).fill(4));
});

test('levels go down', () => {
  const top = board(lines, 60).top.map((task) => task.priority);
  assert.deepEqual(top, [...top].sort((a, b) => b - a));
});

test('fewer tasks than asked for', () => {
  assert.equal(board(lines.slice(0, 3), 10).top.length, 3);
});
