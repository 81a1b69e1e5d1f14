'use strict';
const test = require('node:test');
const assert = require('node:assert/strict');
const { expand, parse, unique } = require('../src/selectors.js');

const text = Array.from({ length: 80 }, (_, i) => `.c${i}, .d${i} > ${i % 3 ? 'a, b, span' : ''}`).join('\n');

test('rules', () => {
  assert.deepEqual(parse('ul, ol > li'), [{ selectors: ['ul', 'ol'], nested: ['li'] }]);
});

test('nested parts', () => {
  assert.deepEqual(expand(parse('ul > li, a\np')), ['ul li', 'ul a', 'p']);
});

test('a large sheet', () => {
  assert.equal(unique(text).length, 372);
});

test('nothing', () => {
  assert.deepEqual(expand([]), []);
});
