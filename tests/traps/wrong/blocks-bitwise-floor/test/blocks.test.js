'use strict';
const test = require('node:test');
const assert = require('node:assert/strict');
const { blocksOf, parseSize, usage } = require('../src/blocks.js');

test('sizes', () => {
  assert.equal(parseSize('12'), 12);
  assert.equal(parseSize('1.5k'), 1536);
  assert.equal(parseSize('2 GiB'), 2 ** 31);
  assert.throws(() => parseSize('big'), SyntaxError);
});

test('blocks and the rest', () => {
  assert.deepEqual(blocksOf(1300, 512), { full: 2, rest: 276 });
});

test('a block that is begun counts', () => {
  assert.equal(usage(['1', '512', '513']), 4);
});

test('a large disk has a whole number of blocks', () => {
  const { full, rest } = blocksOf(parseSize('4t'), 512);
  assert.equal(full * 512 + rest, 4 * 1024 ** 4);
});

test('many files', () => {
  const files = Array.from({ length: 150 }, (_, i) => `${i}k`);
  assert.equal(usage(files, 1024), (149 * 150) / 2);
});
