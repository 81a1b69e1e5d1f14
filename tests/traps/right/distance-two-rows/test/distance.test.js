import test from 'node:test';
import assert from 'node:assert/strict';
import { editDistance, suggest } from '../src/distance.js';

const WORDS = ['install', 'uninstall', 'update', 'upgrade', 'list', 'publish', 'version', 'config', 'cache', 'audit', 'doctor', 'explain'];

test('distances', () => {
  assert.equal(editDistance('kitten', 'sitting'), 3);
  assert.equal(editDistance('flaw', 'lawn'), 2);
});

test('equal and empty words', () => {
  assert.equal(editDistance('same', 'same'), 0);
  assert.equal(editDistance('', 'abc'), 3);
});

test('suggestions', () => {
  assert.equal(suggest('instal', WORDS), 'install');
  assert.equal(suggest('pubish', WORDS), 'publish');
  assert.equal(suggest('xyzzy', WORDS), null);
});

test('long texts', () => {
  const a = 'the quick brown fox jumps over the lazy dog '.repeat(4);
  assert.equal(editDistance(a, a.replaceAll('fox', 'cat')), 12);
});
