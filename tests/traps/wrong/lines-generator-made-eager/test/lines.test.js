import test from 'node:test';
import assert from 'node:assert/strict';
import { findLine, numberedLines, withNumbers } from '../src/lines.js';

const text = Array.from({ length: 200 }, (_, i) => `line ${i} ${'x'.repeat(i % 13)}`).join('\n');

test('lines have numbers', () => {
  assert.deepEqual([...numberedLines('a\n\nb')], [{ number: 1, text: 'a' }, { number: 2, text: '' }, { number: 3, text: 'b' }]);
});

test('another start', () => {
  assert.deepEqual(Array.from(numberedLines('x\ny', 10), (line) => line.number), [10, 11]);
});

test('the first line that holds a text', () => {
  assert.equal(findLine(text, 'line 150'), 151);
  assert.equal(findLine(text, 'nothing'), -1);
});

test('numbers are aligned', () => {
  assert.ok(withNumbers(text).startsWith('  1 line 0 \n  2 line 1 x\n'));
});

test('an empty text has one line', () => {
  assert.equal([...numberedLines('')].length, 1);
});
