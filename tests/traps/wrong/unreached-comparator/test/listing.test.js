'use strict';
const test = require('node:test');
const assert = require('node:assert/strict');
const { listing, total } = require('../src/listing.js');

const files = Array.from({ length: 70 }, (_, i) => ({ name: `f${String((i * 3) % 70).padStart(2, '0')}`, size: `${1 + i}${['', 'k', 'm'][i % 3]}` }));

test('sorted by name', () => {
  assert.deepEqual(listing([{ name: 'b', size: '1k' }, { name: 'a', size: '2' }]), ['a 2', 'b 1k']);
});

test('filtered', () => {
  assert.equal(listing(files, { filter: 'f1' }).length, 10);
});

test('the total', () => {
  assert.equal(total([{ size: '1.5k' }, { size: '2m' }, { size: '7' }]), 2001507);
});

test('no files', () => {
  assert.deepEqual(listing([]), []);
});
