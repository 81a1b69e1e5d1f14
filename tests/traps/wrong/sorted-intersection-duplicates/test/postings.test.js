import test from 'node:test';
import assert from 'node:assert/strict';
import { buildIndex, intersect, search } from '../src/postings.js';

const NOUNS = ['tree', 'graph', 'list', 'heap', 'queue'];
const documents = Array.from({ length: 90 }, (_, i) => `A ${NOUNS[i % 5]} is not a ${NOUNS[(i * 3) % 5]}, number ${i}`);

test('the index', () => {
  const index = buildIndex(['to be', 'not to be']);
  assert.deepEqual(index.get('be'), [0, 1]);
});

test('numbers in both lists', () => {
  assert.deepEqual(intersect([1, 3, 5, 7], [2, 3, 7, 9]), [3, 7]);
});

test('a search for two words', () => {
  const found = search(buildIndex(documents), 'a heap');
  assert.equal(found.length, 36);
});

test('words that nobody wrote', () => {
  assert.deepEqual(search(buildIndex(documents), 'tree unicorn'), []);
});

test('an empty search', () => {
  assert.deepEqual(search(buildIndex(documents), ' '), []);
});
