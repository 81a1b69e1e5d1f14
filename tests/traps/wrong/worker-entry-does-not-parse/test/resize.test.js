'use strict';
const test = require('node:test');
const assert = require('node:assert/strict');
const { fit, sizes } = require('../src/resize.js');

test('large pictures shrink', () => {
  assert.deepEqual(fit(4000, 3000, 1000), { width: 1000, height: 750 });
});

test('small pictures stay', () => {
  assert.deepEqual(fit(100, 50, 1000), { width: 100, height: 50 });
});

test('several sizes', () => {
  assert.deepEqual(sizes(640, 480, [320, 640]), [{ width: 320, height: 240 }, { width: 640, height: 480 }]);
});

test('no sizes', () => {
  assert.deepEqual(sizes(1, 1, []), []);
});
