'use strict';
const test = require('node:test');
const assert = require('node:assert/strict');
const { byTerm, glossary, lookup, parse } = require('../src/glossary.js');

const text = Array.from({ length: 120 }, (_, i) => `term ${String((i * 37) % 120).padStart(3, '0')}: meaning ${i}`).join('\n');

test('entries', () => {
  assert.deepEqual(parse('heap: a tree\n\nlist : a row'), [{ term: 'heap', text: 'a tree' }, { term: 'list', text: 'a row' }]);
});

test('sorted', () => {
  const entries = glossary(text);
  assert.equal(entries[0].term, 'term 000');
  assert.equal(entries[119].term, 'term 119');
});

test('case comes second', () => {
  assert.ok(byTerm({ term: 'apple' }, { term: 'Banana' }) < 0);
});

test('looked up', () => {
  const entries = glossary(text);
  assert.equal(lookup(entries, 'term 037'), 'meaning 1');
  assert.equal(lookup(entries, 'nothing'), null);
});
