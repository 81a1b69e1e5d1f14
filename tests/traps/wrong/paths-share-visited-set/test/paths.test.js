'use strict';
const test = require('node:test');
const assert = require('node:assert/strict');
const { allPaths, connected, shortest } = require('../src/paths.js');

const layers = {};
for (let i = 0; i < 8; i++) {
  layers[`a${i}`] = [`b${i}`, `c${i}`];
  layers[`b${i}`] = [`a${i + 1}`];
  layers[`c${i}`] = [`a${i + 1}`];
}

test('a line', () => {
  assert.deepEqual(allPaths({ a: ['b'], b: ['c'] }, 'a', 'c'), [['a', 'b', 'c']]);
});

test('circles end', () => {
  assert.deepEqual(allPaths({ a: ['b'], b: ['a', 'c'] }, 'a', 'c'), [['a', 'b', 'c']]);
});

test('connected', () => {
  assert.ok(connected(layers, 'a0', 'a8'));
  assert.ok(!connected(layers, 'b3', 'a0'));
});

test('the shortest', () => {
  assert.equal(shortest(layers, 'a0', 'a8').length, 17);
  assert.deepEqual(shortest({ a: ['b', 'd'], b: ['c'], c: ['d'] }, 'a', 'd'), ['a', 'd']);
});

test('no way', () => {
  assert.equal(shortest({}, 'x', 'y'), null);
});
