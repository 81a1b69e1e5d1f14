'use strict';
const test = require('node:test');
const assert = require('node:assert/strict');
const { find, replaceLine, wordIndex } = require('../src/index.js');

const text = () => Array.from({ length: 120 }, (_, i) => `Line ${i} about topic${i % 7}`);

test('words by line', () => {
  assert.deepEqual(wordIndex(['a b', 'b a b']), new Map([['a', [0, 1]], ['b', [0, 1]]]));
});

test('found', () => {
  assert.equal(find(text(), 'TOPIC3').length, 17);
});

test('not found', () => {
  assert.deepEqual(find(text(), 'nothing'), []);
});

test('a document that was edited', () => {
  const lines = text();
  assert.equal(find(lines, 'about').length, 120);
  replaceLine(lines, 5, 'Nothing here about it');
  assert.equal(find(lines, 'about').length, 120);
});
