import test from 'node:test';
import assert from 'node:assert/strict';
import { pixels, widths } from '../src/units.js';

const row = ['120.5px', '10.25pt', '2.125in', '31.75mm', '4.5cm'];

test('units', () => {
  assert.equal(pixels('12px'), 12);
  assert.equal(pixels('2in'), 192);
  assert.ok(Number.isNaN(pixels('wide')));
});

test('a table has few widths in many cells', () => {
  const all = widths(Array.from({ length: 80 }, () => row));
  assert.equal(all.length, 80);
  assert.ok(all.every((cells) => cells[0] === 120.5 && cells[2] === 204));
});

test('another table', () => {
  const all = widths(Array.from({ length: 60 }, () => [...row].reverse()));
  assert.equal(all[59][4], 120.5);
});

test('a ruler', () => {
  const marks = widths([Array.from({ length: 20 }, (_, i) => `${i}px`)]);
  assert.deepEqual(marks[0].slice(17), [17, 18, 19]);
});

test('no rows', () => {
  assert.deepEqual(widths([]), []);
});
