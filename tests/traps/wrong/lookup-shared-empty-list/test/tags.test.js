'use strict';
const test = require('node:test');
const assert = require('node:assert/strict');
const { TagIndex, normalize } = require('../src/tags.js');

const documents = Array.from({ length: 90 }, (_, i) => ({ id: i, tags: [`Group ${i % 6}`, i % 2 ? 'odd' : 'even'] }));

test('tags are normalized', () => {
  assert.equal(normalize('  Machine  Learning '), 'machine-learning');
});

test('documents with a tag', () => {
  assert.equal(new TagIndex(documents).find('group 3').length, 15);
});

test('the list belongs to the caller', () => {
  const index = new TagIndex(documents);
  index.find('odd').push(1000);
  assert.equal(index.find('odd').length, 45);
});

test('unknown tags', () => {
  const index = new TagIndex(documents);
  assert.deepEqual(index.find('nothing'), []);
  assert.deepEqual(index.find('nobody'), []);
});

test('any of several tags', () => {
  assert.equal(new TagIndex(documents).findAny('group 0', 'group 1', 'nothing').length, 30);
});
