import test from 'node:test';
import assert from 'node:assert/strict';
import { Params } from '../src/params.js';

const text = Array.from({ length: 50 }, (_, i) => `k${i % 10}=${i}`).join('&');

test('parsed', () => {
  assert.deepEqual(Params.parse('a=1&b=x%20y').pairs, [['a', '1'], ['b', 'x y']]);
});

test('all values of a name', () => {
  assert.deepEqual(Params.parse(text).getAll('k3'), ['3', '13', '23', '33', '43']);
});

test('added', () => {
  assert.equal(String(new Params().with('q', 'a&b').with('n', 2)), 'q=a%26b&n=2');
});

test('there and back', () => {
  assert.equal(String(Params.parse(text)), text);
});
