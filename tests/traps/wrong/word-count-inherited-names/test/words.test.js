'use strict';
const test = require('node:test');
const assert = require('node:assert/strict');
const { countWords, keywords, words } = require('../src/words.js');

const article = `
A class keeps state in fields, and methods of the class change this state.
State of a subclass comes after state of the base class; a class has a constructor.
`.repeat(8);

test('words are lower case', () => {
  assert.deepEqual(words("It's A test."), ["it's", 'a', 'test']);
});

test('stop words do not count', () => {
  assert.deepEqual(countWords('the cat and the dog'), [['cat', 1], ['dog', 1]]);
});

test('most frequent first', () => {
  assert.deepEqual(countWords('one two two three three three')[0], ['three', 3]);
});

test('keywords of an article', () => {
  assert.deepEqual(keywords(article, 1), ['class']);
});

test('no words, no counts', () => {
  assert.deepEqual(countWords('12 34'), []);
});
