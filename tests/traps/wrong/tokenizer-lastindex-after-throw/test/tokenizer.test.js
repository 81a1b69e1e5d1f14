'use strict';
const test = require('node:test');
const assert = require('node:assert/strict');
const { tokenize } = require('../src/tokenizer.js');

test('numbers, names, operators', () => {
  assert.deepEqual(tokenize('max(1, x2) '), [
    { type: 'name', value: 'max' },
    { type: 'operator', value: '(' },
    { type: 'number', value: 1 },
    { type: 'operator', value: ',' },
    { type: 'name', value: 'x2' },
    { type: 'operator', value: ')' },
  ]);
});

test('decimals', () => {
  assert.deepEqual(tokenize('3.25'), [{ type: 'number', value: 3.25 }]);
});

test('nothing', () => {
  assert.deepEqual(tokenize('   '), []);
});

test('a long sum', () => {
  assert.equal(tokenize(Array.from({ length: 200 }, (_, i) => i).join(' + ')).length, 399);
});
