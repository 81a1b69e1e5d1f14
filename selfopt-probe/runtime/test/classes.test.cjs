'use strict';
const test = require('node:test');
const assert = require('node:assert');
const { classes } = require('../classes.cjs');
const { readInputs } = require('../timed-inputs.cjs');
const { readCalls, writeCalls } = require('../calls.cjs');
const { measure } = require('../lockstep.cjs');
const { workshop } = require('../testing/timed.cjs');

const list = (n) => Array.from({ length: n }, (_, i) => i);
const sized = (...groups) => groups.flatMap(([n, count, weight = 1]) => list(count).map(() => ({ args: [list(n)], weight })));

test('sizes that spread far are two classes which together are all calls', async (t) => {
  const calls = workshop(t).calls(sized([2, 30], [5, 30], [400, 20], [900, 20]));
  const found = await classes({ calls, sets: false });
  assert.deepStrictEqual(found.spread, { p10: 2, p90: 900 });
  assert.deepStrictEqual(found.classes, [
    { name: 'small', only: { maxElements: 42 }, calls: 60, elements: { min: 2, median: 2, max: 5 } },
    { name: 'large', only: { minElements: 43 }, calls: 40, elements: { min: 400, median: 400, max: 900 } },
  ]);
  const taken = found.classes.map(({ only }) => readInputs(calls, null, { only }).calls.length);
  assert.deepStrictEqual(taken, [60, 40]);
});

test('a narrow spread, or one call that is far larger, is one class', async (t) => {
  const shop = workshop(t);
  for (const [groups, why] of [
    [[[10, 50], [80, 50]], 'exactly eight times'],
    [[[4, 99], [5000, 1]], 'one in a hundred'],
    [[[0, 50], [8, 50]], 'nothing counts as one element'],
    [[[7, 1]], 'one call'],
  ]) {
    const { classes: found, elements } = await classes({ calls: shop.calls(sized(...groups)), sets: false });
    assert.deepStrictEqual(found, [], why);
    assert.ok(elements.max >= elements.min);
  }
});

test('weights count: what stands for many calls is a class', async (t) => {
  const shop = workshop(t);
  const spread = async (weight) => (await classes({ calls: shop.calls(sized([4, 99], [5000, 1, weight])), sets: false })).classes.length;
  assert.deepStrictEqual([await spread(1), await spread(50)], [0, 2]);
});

test('the sets of a workload file are its classes', async (t) => {
  const shop = workshop(t);
  const calls = shop.calls([[list(3)], [list(900)], [list(5)]]);
  const strata = ['tiny', 'huge', 'tiny'];
  writeCalls(calls, readCalls(calls).map((call, i) => ({ ...call, stratum: strata[i] })));
  const found = await classes({ calls, sets: true });
  assert.deepStrictEqual(found.classes, [
    { name: 'huge', only: { stratum: 'huge' }, calls: 1, elements: { min: 900, median: 900, max: 900 } },
    { name: 'tiny', only: { stratum: 'tiny' }, calls: 2, elements: { min: 3, median: 3, max: 5 } },
  ]);
  const empty = shop.calls([]);
  assert.deepStrictEqual(await classes({ calls: empty, sets: false }), { elements: null, spread: null, classes: [] });
});

test('a pair makes the calls of its class alone', async (t) => {
  const shop = workshop(t);
  const f = 'function f(a) { let s = 0; for (const x of a) s += x; return s; }';
  const request = shop.request(f, f, sized([2, 3], [300, 3]));
  const sizes = async (only) => {
    const { elements, failure } = await measure({ ...request, only });
    assert.strictEqual(failure, null);
    return [elements.min, elements.max];
  };
  assert.deepStrictEqual(await sizes(null), [2, 300]);
  assert.deepStrictEqual(await sizes({ maxElements: 99 }), [2, 2]);
  assert.deepStrictEqual(await sizes({ minElements: 100 }), [300, 300]);
  const none = await measure({ ...request, only: { minElements: 1000 } });
  assert.strictEqual(none.failure.reason, 'no-usable-call');
});
