'use strict';
const test = require('node:test');
const assert = require('node:assert');
const { blocksIn, costOf, nextCalls, split } = require('../timed-plan.cjs');

const BOUNDS = { minUs: 5000, maxUs: 20000 };
const block = (cpuUs, more = {}) => ({ cpuUs, wallNs: cpuUs * 1000, totalCpuUs: cpuUs, totalNs: cpuUs * 1000, ...more });
const both = (base, candidate = base) => ({ base: block(base), candidate: block(candidate) });

/** Plans until nothing changes, with calls that cost `us` each on base and `other` on candidate. */
function settle(us, other = us) {
  let calls = 1;
  for (let k = 0; k < 20; k += 1) {
    const next = nextCalls(calls, both(us * calls, other * calls), BOUNDS);
    if (next === calls) return calls;
    calls = next;
  }
  return assert.fail(`no end for calls of ${us} µs`);
}

test('blocks end between the bounds, whatever a call costs', () => {
  for (const us of [0.03, 0.5, 7, 300, 4000]) {
    const calls = settle(us);
    assert.ok(calls * us >= 5000 && calls * us <= 20000, `${calls} calls of ${us} µs`);
  }
  assert.strictEqual(settle(25000), 1, 'a call that is too expensive is a block of its own');
});

test('a block that fits stays as it is', () => {
  assert.strictEqual(nextCalls(40, both(5000), BOUNDS), 40);
  assert.strictEqual(nextCalls(40, both(20000), BOUNDS), 40);
  assert.strictEqual(nextCalls(40, both(20001), BOUNDS), 19);
});

test('a much faster candidate gets longer blocks, as far as base allows', () => {
  assert.strictEqual(nextCalls(100, both(8000, 4000), BOUNDS), 125);
  assert.strictEqual(nextCalls(100, both(8000, 10), BOUNDS), 250);
});

test('a short block says little: growth is bounded', () => {
  assert.strictEqual(nextCalls(1, both(2), BOUNDS), 16);
});

test('waiting and preparing count, in part', () => {
  assert.strictEqual(costOf(block(100, { wallNs: 8e6 })), 1000);
  assert.strictEqual(costOf(block(100, { totalCpuUs: 5000 })), 1000);
  assert.strictEqual(costOf(block(0, { wallNs: 0 })), 1, 'never nothing');
  const waiting = { base: block(10, { wallNs: 160e6 }), candidate: block(10, { wallNs: 160e6 }) };
  assert.strictEqual(nextCalls(10, waiting, BOUNDS), 10);
});

test('a block is whole natural rounds, or a part of one', () => {
  assert.deepStrictEqual(split(1, 400), { length: 1, rounds: 1 });
  assert.deepStrictEqual(split(399, 400), { length: 399, rounds: 1 });
  assert.deepStrictEqual(split(400, 400), { length: 400, rounds: 1 });
  assert.deepStrictEqual(split(5000, 400), { length: 400, rounds: 13 });
});

test('there are as many blocks as there is time for', () => {
  const costs = { base: { totalNs: 300e6, totalCpuUs: 20000 }, candidate: { totalNs: 100e6, totalCpuUs: 10000 } };
  assert.strictEqual(blocksIn(20, costs, 60000, 20000), 20);
  assert.strictEqual(blocksIn(20, costs, 4000, 20000), 8);
  assert.strictEqual(blocksIn(20, costs, 400, 20000), 0);
});

test('where a single call costs more than a block should there are fewer blocks', () => {
  assert.strictEqual(blocksIn(20, both(20000), 60000, 20000), 20);
  assert.strictEqual(blocksIn(20, both(40000), 60000, 20000), 10);
  assert.strictEqual(blocksIn(20, both(60000, 3000), 60000, 20000), 12);
  assert.strictEqual(blocksIn(20, both(500000), 60000, 20000), 7);
});
