'use strict';
// What decides which calls are looked at and kept: the reservoir, the random numbers, the governor.
const test = require('node:test');
const assert = require('node:assert');
const { hashText, createRandom, createReservoir } = require('../reservoir.cjs');
const { createGovernor } = require('../overhead.cjs');
const { readLimits } = require('../limits.cjs');

test('a reservoir takes the first and then everything with the same chance', () => {
  const capacity = 5;
  const length = 40;
  const times = new Array(length).fill(0);
  for (let seed = 0; seed < 4000; seed += 1) {
    const reservoir = createReservoir(capacity, createRandom(hashText('s', seed)));
    const slots = [];
    for (let i = 0; i < length; i += 1) {
      const slot = reservoir.offer(1);
      if (i < capacity) assert.strictEqual(slot, i);
      if (slot >= 0) slots[slot] = i;
    }
    for (const i of slots) times[i] += 1;
  }
  // 4,000 x 5 / 40 = 500 expected, standard deviation 21.
  for (const n of times) assert.ok(n > 400 && n < 600, String(times));
});

test('a reservoir prefers what stands for more', () => {
  let heavy = 0;
  const runs = 4000;
  for (let seed = 0; seed < runs; seed += 1) {
    const reservoir = createReservoir(1, createRandom(seed));
    let kept = -1;
    for (let i = 0; i < 10; i += 1) if (reservoir.offer(i === 4 ? 11 : 1) >= 0) kept = i;
    if (kept === 4) heavy += 1;
  }
  // 11 of a total weight of 20.
  assert.ok(Math.abs(heavy / runs - 0.55) < 0.04, String(heavy / runs));
});

test('a reservoir without room takes nothing', () => {
  const reservoir = createReservoir(0, createRandom(1));
  for (let i = 0; i < 10; i += 1) assert.strictEqual(reservoir.offer(1), -1);
});

test('equal seeds give equal numbers, other texts other hashes', () => {
  const a = createRandom(7);
  const b = createRandom(7);
  for (let i = 0; i < 100; i += 1) assert.strictEqual(a(), b());
  const hashes = new Set();
  for (let i = 0; i < 10000; i += 1) hashes.add(hashText(`text ${i}`, 1));
  assert.strictEqual(hashes.size, 10000);
  assert.notStrictEqual(hashText('x', 1), hashText('x', 2));
});

/** A governor on clocks that the test moves. */
function governed(share) {
  const time = { ns: 0, us: 0 };
  const governor = createGovernor({ share, graceNs: 1e9 }, createRandom(3), { now: () => time.ns, cpu: () => time.us });
  return {
    governor,
    look(costNs, otherNs) {
      const start = governor.now();
      time.ns += costNs;
      time.us += (costNs + otherNs) / 1000;
      governor.spend(start);
    },
  };
}

test('the governor looks at every call until the recorder has cost its share and the grace', () => {
  const { governor, look } = governed(0.5);
  for (let cost = 0; cost < 1e9; cost += 1e6) look(1e6, 0);
  assert.strictEqual(governor.every(), 1);
  for (let i = 0; i < 40; i += 1) look(1e6, 0);
  assert.ok(governor.every() > 1);
});

test('the governor comes back when the recorder costs little', () => {
  const { governor, look } = governed(0.5);
  for (let i = 0; i < 1100; i += 1) look(1e6, 0);
  const sparse = governor.every();
  assert.ok(sparse > 1);
  let wanted = 0;
  for (let i = 0; i < 1000; i += 1) if (governor.wants()) wanted += 1;
  assert.ok(wanted < 1000 / Math.min(sparse, 2));
  for (let i = 0; i < 5000; i += 1) look(1, 1e7);
  assert.strictEqual(governor.every(), 1);
});

test('limits that make no sense are replaced', () => {
  const usual = readLimits(undefined);
  assert.deepStrictEqual(readLimits({ callsPerStratum: -1, bytesPerCall: '7', overheadShare: Infinity, other: 1 }), usual);
  assert.deepStrictEqual(readLimits(null), usual);
  assert.strictEqual(readLimits({ callsPerStratum: 3 }).callsPerStratum, 3);
});
