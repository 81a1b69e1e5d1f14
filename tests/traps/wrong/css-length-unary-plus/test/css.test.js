'use strict';
const test = require('node:test');
const assert = require('node:assert/strict');
const { parseBox, parseLength } = require('../src/css.js');

test('units', () => {
  assert.equal(parseLength('12px'), 12);
  assert.equal(parseLength('1.5em'), 24);
  assert.equal(parseLength('2rem', 10), 20);
  assert.ok(Number.isNaN(parseLength('3vw')));
});

test('one value is for all sides', () => {
  assert.deepEqual(parseBox('4px'), [4, 4, 4, 4]);
});

test('two values', () => {
  assert.deepEqual(parseBox('1px 1em'), [1, 16, 1, 16]);
});

test('unknown parts count as nothing', () => {
  assert.deepEqual(parseBox('auto 5px 3vw px'), [0, 5, 0, 0]);
  assert.deepEqual(parseBox(''), [0, 0, 0, 0]);
});

test('many boxes', () => {
  for (let i = 1; i < 100; i++) assert.deepEqual(parseBox(`${i}px ${i / 2}px`), [i, i / 2, i, i / 2]);
});
