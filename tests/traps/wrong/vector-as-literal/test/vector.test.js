import test from 'node:test';
import assert from 'node:assert/strict';
import { simulate, Vector } from '../src/vector.js';

test('the sum', () => {
  const { x, y } = new Vector(1, 2).add(new Vector(3, -5));
  assert.equal(x, 4);
  assert.equal(y, -3);
});

test('the length', () => {
  assert.equal(new Vector(3, 4).length, 5);
  assert.equal(new Vector(3, 4).scale(2).length, 10);
});

test('a free fall', () => {
  const path = simulate(4, new Vector(0, -8), 0.5);
  assert.deepEqual(path.map(([, y]) => y), [-2, -6, -12, -20]);
});

test('a long path', () => {
  const path = simulate(250, new Vector(1, 0.5));
  assert.equal(path.length, 250);
  assert.ok(path[249][0] > path[248][0]);
});

test('no steps', () => {
  assert.deepEqual(simulate(0, new Vector(1, 1)), []);
});
