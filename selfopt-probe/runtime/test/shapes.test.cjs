'use strict';
// shapes.cjs: what recorded inputs look like, without their values.
const test = require('node:test');
const assert = require('node:assert');
const { encode } = require('../graph.cjs');
const { shapesOf } = require('../shapes.cjs');

const input = (...args) => encode([undefined, ...args]);

test('kinds and lengths stand by place, values nowhere', () => {
  const lines = shapesOf([input([{ id: 'ab', n: 1 }, { id: 'c', n: 2.5 }], null), input([], 'secret'), input([{ id: '', n: 3 }], null)]);
  assert.deepStrictEqual(lines, [
    'args[0]: array, 0 to 2 long',
    'args[1]: null or string, 6 long',
    'args[0][]: object',
    'args[0][].id: string, 0 to 2 long',
    'args[0][].n: fraction or integer',
  ]);
  assert.ok(!lines.join().includes('secret'));
});

test('maps, sets and dictionaries tell of their entries, not of their keys', () => {
  const dictionary = (from) => Object.fromEntries(Array.from('abcdefghijklmn', (key) => [key + from, 1]));
  const lines = shapesOf([input(new Map([['k', [1]]]), new Set([1, 2]), dictionary(1)), input(new Map(), new Set(), dictionary(2))]);
  assert.deepStrictEqual(lines, [
    'args[0]: map, 0 to 1 long', 'args[1]: set, 0 to 2 long', 'args[2]: object',
    'args[0]{key}: string, 1 long', 'args[0]{value}: array, 1 long', 'args[1][]: integer', 'args[2].*: integer', 'args[0]{value}[]: integer',
  ]);
});

test('the lines are few, short and the same in every order', () => {
  const wide = Object.fromEntries(Array.from({ length: 12 }, (_, i) => [`f${i}`, { a: i, b: [i], c: 'x', ['long'.repeat(60)]: 1 }]));
  const inputs = [input(wide), input(wide, 1), input()];
  const lines = shapesOf(inputs);
  assert.ok(lines.length <= 40 && lines.every((line) => line.length <= 160));
  assert.deepStrictEqual(shapesOf(inputs.slice().reverse()), lines);
  assert.deepStrictEqual(shapesOf([]), []);
});
