'use strict';
const test = require('node:test');
const assert = require('node:assert/strict');
const { Folder, depth, fromPaths } = require('../src/outline.js');

test('children are sorted', () => {
  const root = fromPaths(['b', 'a', 'c']);
  assert.deepEqual(root.children.map((child) => child.name), ['a', 'b', 'c']);
});

test('a leaf', () => {
  assert.equal(depth(new Folder('x', [])), 1);
});

test('the deepest path counts', () => {
  assert.equal(depth(fromPaths(['a/b/c/d', 'a/x', 'z'])), 5);
});

test('a wide tree', () => {
  const paths = Array.from({ length: 150 }, (_, i) => `d${i % 10}/e${i % 30}/f${i}`);
  assert.equal(depth(fromPaths(paths)), 4);
});

test('loads are counted', () => {
  const root = fromPaths(['a']);
  assert.equal(root.loads, 0);
  depth(root);
  assert.ok(root.loads > 0);
});
