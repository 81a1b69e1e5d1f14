import test from 'node:test';
import assert from 'node:assert/strict';
import { Level, label, nameOf } from '../src/levels.js';

test('names', () => {
  assert.equal(nameOf(Level.MIDDLE), 'MIDDLE');
  assert.equal(nameOf(9), undefined);
});

test('labels', () => {
  assert.equal(label(Level.HIGH), 'high');
  assert.equal(label(0), 'unknown');
});

test('a label of what a form sends', () => {
  assert.match(label('2'), /^[a-z]+$/);
});

test('no level', () => {
  assert.equal(label(undefined), 'unknown');
});
