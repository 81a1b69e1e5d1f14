'use strict';
const test = require('node:test');
const assert = require('node:assert/strict');
const { naturally, sortNames, tree } = require('../src/files.js');

const names = Array.from({ length: 60 }, (_, i) => `image${(i * 37) % 60}.png`);

test('numbers count as numbers', () => {
  assert.deepEqual(sortNames(['f10', 'f9', 'F1']), ['F1', 'f9', 'f10']);
});

test('many files', () => {
  assert.deepEqual(sortNames(names).slice(0, 3), ['image0.png', 'image1.png', 'image2.png']);
});

test('case does not matter', () => {
  assert.equal(naturally('README', 'readme'), 0);
});

test('folders', () => {
  const result = tree(['b/x2', 'b/x10', 'a/y', 'z']);
  assert.deepEqual(result, [{ folder: '.', files: ['z'] }, { folder: 'a', files: ['y'] }, { folder: 'b', files: ['x2', 'x10'] }]);
});
