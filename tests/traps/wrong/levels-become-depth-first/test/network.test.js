import test from 'node:test';
import assert from 'node:assert/strict';
import { connect, hops, reach } from '../src/network.js';

const ring = connect(Array.from({ length: 150 }, (_, i) => [`h${i}`, `h${(i + 1) % 150}`]));

test('links go both ways', () => {
  assert.deepEqual(connect([['a', 'b']]), new Map([['a', ['b']], ['b', ['a']]]));
});

test('a line', () => {
  const before = hops(connect([['a', 'b'], ['b', 'c']]), 'a');
  assert.deepEqual([...before], [['a', null], ['b', 'a'], ['c', 'b']]);
});

test('a ring', () => {
  assert.equal(reach(ring, 'h0'), 150);
  assert.equal(hops(ring, 'h0').get('h1'), 'h0');
});

test('islands', () => {
  assert.equal(reach(connect([['a', 'b'], ['c', 'd']]), 'a'), 2);
});

test('a single host', () => {
  assert.deepEqual([...hops(new Map(), 'x')], [['x', null]]);
});
