'use strict';
const test = require('node:test');
const assert = require('node:assert/strict');
const { credit, distinct, parseAuthors } = require('../src/authors.js');

test('authors', () => {
  assert.deepEqual(parseAuthors('Ann <a@example.com>, Bob and Cid'), ['Ann', 'Bob', 'Cid']);
});

test('distinct names', () => {
  assert.deepEqual(distinct(['a', 'b', 'a', 'c']), ['a', 'b', 'c']);
});

test('credits', () => {
  assert.equal(credit('Ann, Bob, Ann'), 'Ann and Bob');
  assert.equal(credit('Ann, Bob, Cid'), 'Ann, Bob and Cid');
});

test('many lines', () => {
  for (let i = 0; i < 40; i++) assert.equal(credit(`P${i}, Q${i % 3}, P${i}`), `P${i} and Q${i % 3}`);
});

test('nobody', () => {
  assert.equal(credit(''), '');
});
