import test from 'node:test';
import assert from 'node:assert/strict';
import { Series, tallest } from '../src/series.js';

const wave = (n, top) => Series.from(`wave ${top}`, Array.from({ length: n }, (_, i) => Math.round(Math.sin(i / 7) * top)));

test('the extent', () => {
  assert.deepEqual(Series.from('a', [3, -1, 7, 2]).extent(), { low: -1, high: 7 });
});

test('a single point', () => {
  assert.deepEqual(Series.from('a', [4]).extent(), { low: 4, high: 4 });
});

test('scaled to a height', () => {
  assert.deepEqual(Series.from('a', [0, 5, 10]).scaled(100), [0, 50, 100]);
  assert.deepEqual(Series.from('a', [2, 2]).scaled(100), [0, 0]);
});

test('a long series', () => {
  const { low, high } = wave(400, 90).extent();
  assert.ok(low >= -90 && high <= 90);
  assert.equal(wave(400, 90).scaled(10).length, 400);
});

test('the tallest', () => {
  assert.equal(tallest([wave(200, 10), wave(200, 50), wave(200, 30)]).name, 'wave 50');
  assert.equal(tallest([]), null);
});
