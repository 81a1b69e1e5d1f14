import test from 'node:test';
import assert from 'node:assert/strict';
import { invalidRows, load } from '../src/rows.js';

const text = Array.from({ length: 150 }, (_, i) => `person ${i},${20 + (i % 50)}`).join('\n');

test('rows', () => {
  assert.deepEqual(load('ann,30\nbob,41'), [{ name: 'ann', age: 30 }, { name: 'bob', age: 41 }]);
});

test('a large file', () => {
  assert.equal(load(text).length, 150);
});

test('valid rows are not reported', () => {
  assert.deepEqual(invalidRows([{ name: 'a', age: 1 }]), []);
});

test('an empty file', () => {
  assert.deepEqual(load(''), []);
});
