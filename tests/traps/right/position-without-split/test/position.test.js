import test from 'node:test';
import assert from 'node:assert/strict';
import { findAll, formatError, positionAt } from '../src/position.js';

const source = Array.from({ length: 120 }, (_, i) => `const value${i} = compute(${i}); // TODO ${i % 10 ? 'later' : 'now'}`).join('\n');

test('positions', () => {
  assert.deepEqual(positionAt('ab\ncd', 0), { line: 1, column: 1 });
  assert.deepEqual(positionAt('ab\ncd', 4), { line: 2, column: 2 });
  assert.deepEqual(positionAt('ab\ncd', 2), { line: 1, column: 3 });
});

test('beyond the end', () => {
  assert.deepEqual(positionAt('ab\n', 99), { line: 2, column: 1 });
});

test('messages', () => {
  assert.equal(formatError('x\ny z', 4, 'unexpected z'), '2:3 unexpected z');
});

test('all places of a word', () => {
  const places = findAll(source, 'TODO now');
  assert.equal(places.length, 12);
  assert.equal(places[3].line, 31);
});

test('an empty text', () => {
  assert.deepEqual(positionAt('', 0), { line: 1, column: 1 });
});
