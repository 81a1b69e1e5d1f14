import test from 'node:test';
import assert from 'node:assert/strict';
import { command, environment, quote } from '../src/shell.js';

test('plain words', () => {
  assert.equal(quote('a/b.txt'), 'a/b.txt');
  assert.equal(quote(''), "''");
});

test('blanks and quotes', () => {
  assert.equal(quote("it's here"), "'it'\\''s here'");
});

test('a command', () => {
  const args = Array.from({ length: 60 }, (_, i) => (i % 2 ? `file ${i}'s.txt` : `--option=${i}`));
  assert.equal(command('tool', ...args).split(' --option').length, 31);
});

test('an environment', () => {
  assert.equal(environment({ A: 1, B: 'x y', C: undefined }), "A=1 B='x y'");
});
