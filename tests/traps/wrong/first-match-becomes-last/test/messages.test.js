'use strict';
const test = require('node:test');
const assert = require('node:assert/strict');
const { coverage, join, missing, translate } = require('../src/messages.js');

const base = Object.fromEntries(Array.from({ length: 100 }, (_, i) => [`key.${i}`, `text ${i}`]));
const swiss = { 'key.3': 'Text drei', 'key.4': 'Text vier' };

test('joined catalogues', () => {
  assert.deepEqual(join({ a: 'x' }, { a: 'y' }), [{ key: 'a', text: 'x' }, { key: 'a', text: 'y' }]);
});

test('texts and gaps', () => {
  assert.deepEqual(translate(['key.1', 'nothing'], join(base)), ['text 1', '{nothing}']);
});

test('what is missing', () => {
  assert.equal(missing(['key.1', 'a', 'b'], join(swiss, base)), 2);
});

test('coverage of a page', () => {
  assert.equal(coverage(Object.keys(base), join(swiss, base)), 1);
  assert.equal(coverage(['key.0', 'x'], join(swiss)), 0);
});

test('an empty page', () => {
  assert.equal(coverage([], []), 1);
});
