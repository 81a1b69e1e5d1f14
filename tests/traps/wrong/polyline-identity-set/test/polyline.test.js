import test from 'node:test';
import assert from 'node:assert/strict';
import { bounds, parsePoints, withoutDuplicates } from '../src/polyline.js';

const ring = '0,0 10,0 10,5 4,9 0,5 0,0';

test('points are pairs', () => {
  assert.deepEqual(parsePoints(' 1,2\n3,-4 '), [{ x: 1, y: 2 }, { x: 3, y: -4 }]);
});

test('a closed ring has the bounds of its corners', () => {
  assert.deepEqual(bounds(parsePoints(ring)), { left: 0, top: 0, right: 10, bottom: 9 });
});

test('the same point twice', () => {
  const a = { x: 1, y: 1 };
  const b = { x: 2, y: 1 };
  assert.deepEqual(withoutDuplicates([a, b, a, b, b]), [a, b]);
});

test('no points have no bounds', () => {
  assert.equal(bounds(parsePoints('')), null);
});

test('a long line', () => {
  const points = Array.from({ length: 150 }, (_, i) => ({ x: i % 40, y: (i * 3) % 25 }));
  assert.deepEqual(bounds(points), { left: 0, top: 0, right: 39, bottom: 24 });
});
