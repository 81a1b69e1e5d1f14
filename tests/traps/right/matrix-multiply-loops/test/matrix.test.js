import test from 'node:test';
import assert from 'node:assert/strict';
import { Matrix } from '../src/matrix.js';

const square = (n) => new Matrix(Array.from({ length: n }, (_, i) => Array.from({ length: n }, (__, j) => ((i * 3 + j * 7) % 10) / 4)));

test('a product', () => {
  assert.deepEqual(new Matrix([[1, 2], [3, 4]]).multiply(new Matrix([[5], [6]])).rows, [[17], [39]]);
});

test('the identity', () => {
  assert.deepEqual(square(20).multiply(Matrix.identity(20)).rows, square(20).rows);
});

test('sizes that do not fit', () => {
  assert.throws(() => square(3).multiply(square(4)), /3 columns times 4 rows/);
});

test('powers', () => {
  assert.deepEqual(new Matrix([[1, 1], [1, 0]]).power(10).rows, [[89, 55], [55, 34]]);
});

test('larger matrices', () => {
  const product = square(30).multiply(square(30));
  assert.equal(product.rows.length, 30);
  assert.ok(product instanceof Matrix);
});
