'use strict';
const test = require('node:test');
const assert = require('node:assert');
const fs = require('fs');
const path = require('path');
const { spawnSync } = require('child_process');
const { completed, expectedUs, ladder } = require('../ladder.cjs');
const { outcome, workshop } = require('../testing/timed.cjs');

const climb = (request) => ladder(completed({ seed: 1, function: 0, ...request }));
const factors = ({ rungs }) => rungs.map(({ factor }) => factor);

test('rungs up and down, with the sizes of the calls as often as they stand for others', async (t) => {
  const calls = workshop(t).calls([{ args: [new Array(8).fill(1).map((_, i) => i)], weight: 10 }, [[1, 2]], [['a', 'b', 'c']], [7]]);
  const result = await climb({ calls });
  assert.strictEqual(result.notGrowable, null);
  assert.deepStrictEqual(factors(result), [1 / 8, 1, 4, 16, 64]);
  assert.deepStrictEqual(result.rungs[1].elements, { min: 0, median: 8, max: 8 });
  assert.deepStrictEqual(result.rungs[2].elements, { min: 8, median: 32, max: 32 });
  assert.deepStrictEqual(await climb({ calls }), result);
});

test('rungs that would be too large are left out, and those above', async (t) => {
  const calls = workshop(t).calls([[Array.from({ length: 1000 }, (_, i) => i)]]);
  assert.deepStrictEqual(factors(await climb({ calls, maxBytesPerCall: 200000 })), [1 / 8, 1, 4, 16]);
});

test('one rung between others has the sizes of its factor', async (t) => {
  const calls = workshop(t).calls([[Array.from({ length: 10 }, (_, i) => i)]]);
  const { rungs } = await climb({ calls, factors: [2.8] });
  assert.deepStrictEqual(rungs.map(({ factor, elements }) => [factor, elements.median]), [[1, 10], [2.8, 28]]);
});

test('rungs of the same size are one', async (t) => {
  const calls = workshop(t).calls([[[5]]]);
  assert.deepStrictEqual(factors(await climb({ calls, factors: [1 / 8, 1 / 2, 1, 1.2, 4] })), [1, 4]);
});

test('a workload that cannot grow says why', async (t) => {
  assert.deepStrictEqual(await climb({ calls: workshop(t).calls([[1], [2]]) }), {
    rungs: [{ factor: 1, elements: { min: 0, median: 0, max: 0 } }], notGrowable: 'no-container',
  });
  assert.deepStrictEqual(await climb({ calls: workshop(t).calls([]) }), { rungs: [], notGrowable: 'no-call' });
  const same = await climb({ calls: workshop(t).calls([[[5]]]), factors: [1, 1 / 8] });
  assert.strictEqual(same.notGrowable, 'same-size');
});

test('base says which rungs are too expensive, and where it throws', async (t) => {
  const shop = workshop(t);
  const slow = shop.bundle('const used = () => { const { user, system } = process.cpuUsage(); return user + system; }; function f(list) { const end = used() + list.length * 500; while (used() < end); }');
  const calls = shop.calls([[Array.from({ length: 10 }, (_, i) => i)]]);
  assert.deepStrictEqual(factors(await climb({ calls, base: slow, maxCallCpuMs: 60 })), [1 / 8, 1, 4]);
  const small = shop.bundle('function f(list) { if (list.length > 50) throw new RangeError("too long"); }');
  const recorded = shop.calls([{ args: [[1, 2, 3]], outcome: outcome('return', undefined) }]);
  const limited = await climb({ calls: recorded, base: small });
  assert.deepStrictEqual(factors(limited), [1 / 8, 1, 4, 16]);
  const picky = shop.bundle('function f(list) { if (list.length !== 3) throw new RangeError("three"); }');
  assert.strictEqual((await climb({ calls: recorded, base: picky })).notGrowable, 'throws-when-grown');
  const broken = shop.bundle('throw new Error("broken")');
  await assert.rejects(climb({ calls, base: broken }), /load-failed: broken/);
});

test('cost is expected from the rungs below', () => {
  assert.strictEqual(expectedUs([], 4), 0);
  assert.strictEqual(expectedUs([{ factor: 1, cpuUs: 10 }], 4), 40);
  assert.strictEqual(Math.round(expectedUs([{ factor: 1, cpuUs: 10 }, { factor: 4, cpuUs: 160 }], 16)), 2560);
  assert.strictEqual(expectedUs([{ factor: 1, cpuUs: 10 }, { factor: 4, cpuUs: 5 }], 16), 20, 'linear at least');
});

test('the script: a request in, a result out; a wrong request is named', (t) => {
  const shop = workshop(t);
  const run = (request) => {
    const file = shop.file('json');
    fs.writeFileSync(file, JSON.stringify(request));
    return spawnSync(process.execPath, [path.join(__dirname, '..', 'ladder.cjs'), file], { encoding: 'utf8' });
  };
  const result = path.join(shop.directory, 'result.json');
  const request = { result, calls: shop.calls([[[1, 2, 3]]]), seed: 1, function: 0, base: null };
  const done = run(request);
  assert.deepStrictEqual([done.status, done.stderr], [0, '']);
  assert.strictEqual(JSON.parse(fs.readFileSync(result, 'utf8')).rungs.length, 5);
  const wrong = run({ ...request, factors: [-1] });
  assert.strictEqual(wrong.status, 1);
  assert.match(wrong.stderr, /^ladder: .*"factors" must be a list of numbers above 0.*\n$/);
});
