'use strict';
const test = require('node:test');
const assert = require('node:assert/strict');
const { fill, letters, placeholders } = require('../src/fill.js');

test('placeholders', () => {
  assert.deepEqual(placeholders('{a} and {b} and {a}'), ['a', 'b']);
});

test('filled', () => {
  assert.equal(fill('{a} and {b} and {a}', { a: 1, b: 'x' }), '1 and x and 1');
});

test('values with signs', () => {
  const text = fill('Dear {name}, you owe {sum}.', { name: 'Ann', sum: '$$20' });
  assert.ok(text.startsWith('Dear Ann, you owe $'));
  assert.ok(text.endsWith('20.'));
});

test('letters', () => {
  const people = Array.from({ length: 80 }, (_, i) => ({ name: `P${i}`, sum: i * 10 }));
  assert.equal(letters('{name}: {sum}', people)[79], 'P79: 790');
});

test('missing values', () => {
  assert.throws(() => letters('{name} {street}', [{ name: 'x' }]), /no value for street/);
});
