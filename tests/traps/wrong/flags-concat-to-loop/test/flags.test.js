'use strict';
const test = require('node:test');
const assert = require('node:assert/strict');
const { collect, flagsOf, parseShort } = require('../src/flags.js');

test('groups', () => {
  assert.deepEqual(parseShort('-abc'), ['a', 'b', 'c']);
});

test('single flags and groups', () => {
  assert.deepEqual(collect(['v', ['a', 'b'], 'x', []]), ['v', 'a', 'b', 'x']);
});

test('flags are counted', () => {
  assert.deepEqual(flagsOf(['-v', '-vx', 'file', '-x', '-v']), { v: 3, x: 2 });
});

test('nothing after the two dashes', () => {
  assert.deepEqual(flagsOf(['-a', '--', '-b']), { a: 1 });
});

test('a long command line', () => {
  const argv = Array.from({ length: 120 }, (_, i) => (i % 3 ? '-q' : '-rs'));
  assert.deepEqual(flagsOf(argv), { r: 40, s: 40, q: 80 });
});
