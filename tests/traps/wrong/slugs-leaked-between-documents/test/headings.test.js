import test from 'node:test';
import assert from 'node:assert/strict';
import { slugs, tableOfContents } from '../src/headings.js';

test('repeated headings are numbered', () => {
  assert.deepEqual(slugs(['Usage', 'Usage', 'usage']), ['usage', 'usage-1', 'usage-2']);
});

test('slugs', () => {
  assert.deepEqual(slugs(['Über uns', 'What is new?', 'API / CLI']), ['uber-uns', 'what-is-new', 'api-cli']);
});

test('each document starts anew', () => {
  assert.deepEqual(slugs(['Options']), slugs(['Options']));
});

test('the table of contents', () => {
  assert.equal(tableOfContents('# Usage\ntext\n## Options\n'), '- [Usage](#usage)\n- [Options](#options)');
});

test('a long document', () => {
  const headings = Array.from({ length: 150 }, (_, i) => `Section ${i % 30}`);
  assert.equal(new Set(slugs(headings)).size, 150);
});
