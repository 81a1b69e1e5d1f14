import test from 'node:test';
import assert from 'node:assert/strict';
import { resolve, toLines, withDefaults } from '../src/settings.js';

test('options win over defaults', () => {
  assert.deepEqual(withDefaults({ a: 1, b: 2 }, { b: 3 }), { a: 1, b: 3 });
});

test('an undefined option falls back to the default', () => {
  assert.deepEqual(withDefaults({ a: 1, b: 2 }, { b: undefined }), { a: 1, b: 2 });
});

test('presets', () => {
  assert.equal(resolve({ preset: 'compact' }).width, 120);
  assert.equal(resolve({}).indent, 2);
  assert.throws(() => resolve({ preset: 'odd' }), /no such preset/);
});

test('own options stay', () => {
  assert.deepEqual(resolve({ banner: true, width: 100 }), { indent: 2, quotes: 'double', semicolons: true, width: 100, banner: true });
});

test('lines', () => {
  assert.deepEqual(toLines({ a: 'x', b: [1] }), ['a = "x"', 'b = [1]']);
  assert.equal(toLines(resolve({ width: 90 })).length, 4);
});
