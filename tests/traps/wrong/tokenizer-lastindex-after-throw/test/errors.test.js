'use strict';
const test = require('node:test');
const assert = require('node:assert/strict');
const { SyntaxFailure, tokenize } = require('../src/tokenizer.js');

test('unknown characters', () => {
  assert.throws(() => tokenize('$ + 1'), { name: 'SyntaxFailure', position: 0 });
});

test('powers', () => {
  assert.throws(() => tokenize('2 ^ 3'), SyntaxFailure);
});
