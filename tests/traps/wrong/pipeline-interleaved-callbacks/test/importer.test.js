import test from 'node:test';
import assert from 'node:assert/strict';
import { importPrices, importRows, parseRows } from '../src/importer.js';

test('rows', () => {
  assert.deepEqual(parseRows('a;1\n\nb;2\n'), [['a', '1'], ['b', '2']]);
});

test('the currency of the file', () => {
  assert.deepEqual(importPrices('@currency;USD\nnail;0.5\nbolt;1'), ['nail: 0.50 USD', 'bolt: 1.00 USD']);
});

test('euro without a currency', () => {
  assert.deepEqual(importPrices('nail;0.5'), ['nail: 0.50 EUR']);
});

test('rows with too many fields are skipped', () => {
  const text = Array.from({ length: 120 }, (_, i) => (i % 6 === 0 ? `a${i};1;extra` : `a${i};${i}`)).join('\n');
  assert.equal(importPrices(text).length, 100);
});

test('own converters', () => {
  assert.deepEqual(importRows([1, 2, 3, 4], (x) => x % 2 === 0, (x) => x * 10), [20, 40]);
});
