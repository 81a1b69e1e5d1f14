'use strict';
const test = require('node:test');
const assert = require('node:assert/strict');
const { mergeSorted, mergeWords, timeline } = require('../src/merge.js');

const feed = (name, n, step) => Array.from({ length: n }, (_, i) => ({ name, at: i * step }));

test('words', () => {
  assert.deepEqual(mergeWords(['a', 'c', 'd'], ['b', 'c']), ['a', 'b', 'c', 'c', 'd']);
});

test('equal elements keep their side', () => {
  const merged = mergeSorted([{ s: 'l', k: 1 }], [{ s: 'r', k: 1 }], (x, y) => x.k - y.k);
  assert.deepEqual(merged.map((entry) => entry.s), ['l', 'r']);
});

test('a timeline of feeds', () => {
  const all = timeline(feed('a', 400, 3), feed('b', 250, 5), feed('c', 450, 2));
  assert.equal(all.length, 1100);
  assert.ok(all.every((entry, i) => i === 0 || all[i - 1].at <= entry.at));
});

test('the lists stay whole', () => {
  const left = feed('a', 80, 2);
  mergeSorted(left, feed('b', 80, 3), (x, y) => x.at - y.at);
  assert.equal(left.length, 80);
});

test('an empty side', () => {
  assert.deepEqual(mergeWords([], ['x']), ['x']);
});
