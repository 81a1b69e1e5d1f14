'use strict';
const test = require('node:test');
const assert = require('node:assert');
const { labels, niceStep, ticks } = require('../src/axis.js');

test('round steps', () => {
  assert.equal(niceStep(100, 10), 10);
  assert.equal(niceStep(7, 5), 2);
});

test('ticks of a positive range', () => {
  assert.deepEqual(ticks(0, 100, 5), [0, 20, 40, 60, 80, 100]);
});

test('ticks that start below one step', () => {
  assert.deepEqual(ticks(-3, 40, 5), [0, 10, 20, 30, 40]);
});

test('negative ranges', () => {
  assert.deepEqual(ticks(-50, -10, 4), [-50, -40, -30, -20, -10]);
});

test('labels carry the unit', () => {
  assert.deepEqual(labels(-4, 20, 4, 'km'), ['0 km', '10 km', '20 km']);
});

test('many ticks', () => {
  assert.equal(ticks(0, 1000, 200).length, 201);
});
