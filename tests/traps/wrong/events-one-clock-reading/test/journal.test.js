import test from 'node:test';
import assert from 'node:assert/strict';
import { between, compact, record, span } from '../src/journal.js';

const messages = Array.from({ length: 150 }, (_, i) => `message ${i}`);

test('events are numbered', () => {
  const journal = [];
  assert.equal(record(journal, ['a', 'b']), 2);
  record(journal, ['c']);
  assert.deepEqual(journal.map((event) => event.id), [1, 2, 3]);
});

test('time does not run backwards', () => {
  const journal = [];
  record(journal, messages);
  assert.ok(journal.every((event, i) => i === 0 || event.at >= journal[i - 1].at));
  assert.ok(span(journal) >= 0);
});

test('events of a time', () => {
  const journal = [];
  const start = Date.now();
  record(journal, messages);
  assert.equal(between(journal, start, Date.now()).length, 150);
});

test('the oldest go first', () => {
  const journal = [];
  record(journal, messages);
  assert.equal(compact(journal, 100), 50);
  assert.equal(journal[0].message, 'message 50');
});

test('no events', () => {
  assert.equal(span([]), 0);
});
