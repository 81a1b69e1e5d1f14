'use strict';
const test = require('node:test');
const assert = require('node:assert');
const { MAX_ROUND, naturalLength, mix, random } = require('../mix.cjs');

/** How often each call is in the round. */
function counts(round, calls) {
  const result = new Array(calls).fill(0);
  for (const i of round) result[i] += 1;
  return result;
}

test('equal weights: every call once, in an order drawn from the seed', () => {
  const weights = new Array(50).fill(2.5);
  assert.strictEqual(naturalLength(weights), 50);
  const sizes = weights.map((_, i) => i);
  const one = mix(weights, sizes, 50, 1);
  assert.deepStrictEqual(counts(one, 50), new Array(50).fill(1));
  assert.deepStrictEqual(mix(weights, sizes, 50, 1), one);
  assert.notDeepStrictEqual(mix(weights, sizes, 50, 2), one);
  assert.notDeepStrictEqual([...one], sizes);
});

test('weights are shares, exactly when they divide', () => {
  const weights = [1, 10, 100 / 3, 5];
  const length = naturalLength(weights);
  assert.strictEqual(length, 50);
  for (let seed = 0; seed < 20; seed += 1) {
    const seen = counts(mix(weights, [4, 3, 2, 1], length, seed), 4);
    const total = 1 + 10 + 100 / 3 + 5;
    seen.forEach((count, i) => {
      const exact = (length * weights[i]) / total;
      assert.ok(count === Math.floor(exact) || count === Math.ceil(exact), `seed ${seed}: call ${i} ${count} times, not ${exact}`);
      assert.ok(count >= 1);
    });
  }
  assert.strictEqual(naturalLength([0.1, 0.2, 0.3]), 6);
  assert.deepStrictEqual(counts(mix([0.1, 0.2, 0.3], [0, 0, 0], 6, 7), 3), [1, 2, 3]);
});

test('a round is bounded, whatever the weights', () => {
  assert.strictEqual(naturalLength([1, 1e12]), MAX_ROUND);
  const round = mix([1, 1e12], [1, 2], MAX_ROUND, 3);
  assert.ok(counts(round, 2)[0] <= 1);
});

test('a short round takes small and large calls in their shares', () => {
  const sizes = Array.from({ length: 400 }, (_, i) => (i * 37) % 400);
  const weights = sizes.map(() => 1);
  const starts = new Set();
  for (let seed = 0; seed < 20; seed += 1) {
    const round = mix(weights, sizes, 8, seed);
    const taken = [...round].map((i) => sizes[i]).sort((a, b) => a - b);
    taken.forEach((size, k) => assert.ok(size >= k * 50 && size < (k + 1) * 50, `${taken}`));
    starts.add(taken[0]);
  }
  assert.ok(starts.size > 5, 'other seeds take other calls');
});

test('over the seeds, a rare call has its share of short rounds', () => {
  let hits = 0;
  for (let seed = 0; seed < 4000; seed += 1) hits += counts(mix([1, 39], [9, 1], 4, seed), 2)[0];
  assert.ok(hits > 300 && hits < 500, `${hits} of 16000, expected about 400`);
});

test('no call, or a weight that is none, is an error', () => {
  assert.throws(() => mix([], [], 1, 1), /no call/);
  for (const weight of [0, -1, NaN, Infinity]) assert.throws(() => naturalLength([1, weight]), /weight/);
});

test('the generator is even', () => {
  const next = random(5);
  const bins = new Array(10).fill(0);
  for (let i = 0; i < 10000; i += 1) bins[Math.floor(next() * 10)] += 1;
  bins.forEach((bin) => assert.ok(bin > 850 && bin < 1150, `${bins}`));
});
