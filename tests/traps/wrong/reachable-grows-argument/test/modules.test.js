'use strict';
const test = require('node:test');
const assert = require('node:assert/strict');
const { parseGraph, reachable, unused } = require('../src/modules.js');

const text = `
main -> a, b
a -> c
b -> c, d
c ->
d -> a
test -> main
old -> older
older ->
`;

test('lines', () => {
  assert.deepEqual(parseGraph('x -> y, z'), new Map([['x', ['y', 'z']]]));
});

test('nearest first', () => {
  assert.deepEqual(reachable(parseGraph(text), ['main']), ['main', 'a', 'b', 'c', 'd']);
});

test('modules that nobody needs', () => {
  assert.deepEqual(unused(parseGraph(text), ['main', 'test']), ['old', 'older']);
});

test('unknown entries are kept', () => {
  assert.deepEqual(reachable(parseGraph(text), ['nowhere']), ['nowhere']);
});

test('a long chain', () => {
  const graph = new Map(Array.from({ length: 400 }, (_, i) => [`m${i}`, i < 399 ? [`m${i + 1}`] : []]));
  assert.equal(reachable(graph, ['m0']).length, 400);
  assert.deepEqual(unused(graph, ['m200']).length, 200);
});
