'use strict';
const test = require('node:test');
const assert = require('node:assert');
const fs = require('fs');
const path = require('path');
const { spawnSync } = require('child_process');
const { Pair, measure, spread } = require('../lockstep.cjs');
const { outcome, workshop } = require('../testing/timed.cjs');

const SUM = 'function f(list) { let sum = 0; for (const x of list) sum += x; return sum; }';
const SUM_BY_REDUCE = 'function f(list) { return list.reduce((sum, x) => sum + x, 0); }';

/** Asserts that a pair failed on one side for a reason. */
function failed(result, side, reason, detail) {
  assert.ok(result.failure, 'the pair failed');
  assert.deepStrictEqual([result.failure.side, result.failure.reason], [side, reason], result.failure.detail);
  if (detail) assert.match(result.failure.detail, detail);
}

test('a pair gives blocks of both sides, sizes, memory', async (t) => {
  const many = Array.from({ length: 50 }, (_, i) => i);
  const result = await measure(workshop(t).request(SUM, SUM_BY_REDUCE, [{ args: [[1, 2, 3]], weight: 3 }, { args: [many], weight: 1.5 }]));
  assert.strictEqual(result.failure, null);
  assert.strictEqual(result.blocks.length, 4);
  for (const block of result.blocks) {
    for (const side of ['base', 'candidate']) {
      assert.ok(block[side].wallNs > 0 && Number.isInteger(block[side].wallNs));
      assert.ok(block[side].cpuUs >= 0 && Number.isInteger(block[side].cpuUs));
    }
  }
  assert.strictEqual(result.callsPerRound, 3);
  assert.strictEqual(result.distinctCalls, 2);
  assert.ok(result.rounds > 10, 'cheap calls are made many times');
  assert.deepStrictEqual(result.elements, { min: 3, median: 3, max: 50 });
  assert.deepStrictEqual(result.leftOut, {});
  for (const side of ['base', 'candidate']) assert.ok(result.rss[side] > 1e6);
});

test('the space for young objects has its full size from the start', async (t) => {
  const shop = workshop(t);
  const log = path.join(shop.directory, 'log');
  const source = `const young = require('v8').getHeapSpaceStatistics().find((space) => space.space_name === 'new_space');
    require('fs').appendFileSync(${JSON.stringify(log)}, young.space_size + '\\n');
    function f(x) { return x; }`;
  const result = await measure(shop.request(source, source, [[1]]));
  assert.strictEqual(result.failure, null);
  const sizes = fs.readFileSync(log, 'utf8').trim().split('\n').map(Number);
  assert.strictEqual(sizes.length, 2);
  for (const size of sizes) assert.ok(size >= 8 * 1024 * 1024, `${size} bytes`);
});

test('the processes never run at once, not even their timers', async (t) => {
  const shop = workshop(t);
  const log = path.join(shop.directory, 'log');
  const source = `const fs = require('fs');
    const say = (what) => fs.appendFileSync(${JSON.stringify(log)}, process.pid + ' ' + what + '\\n');
    say('in'); for (let i = 0; i < 1e5; i++); say('out');
    setInterval(() => { say('in'); for (let i = 0; i < 1e4; i++); say('out'); }, 1);
    function f(x) { say('in'); for (let i = 0; i < 1e4; i++); say('out'); return x; }`;
  const result = await measure(shop.request(source, source, [[1], [2]], { first: 'candidate' }));
  assert.strictEqual(result.failure, null);
  const lines = fs.readFileSync(log, 'utf8').trim().split('\n').map((line) => line.split(' '));
  let turns = 0;
  for (let i = 0; i < lines.length; i += 2) {
    assert.deepStrictEqual([lines[i][1], lines[i + 1][1]], ['in', 'out'], `line ${i}`);
    assert.strictEqual(lines[i][0], lines[i + 1][0], `line ${i}: the other process came between`);
    if (i > 0 && lines[i][0] !== lines[i - 2][0]) turns += 1;
  }
  const pids = new Set(lines.map(([pid]) => Number(pid)));
  assert.strictEqual(pids.size, 2);
  assert.ok(turns >= 8, 'the token went around');
  for (const pid of pids) assert.throws(() => process.kill(pid, 0), /ESRCH/, 'no process is left behind');
});

/** Sides that answer at once, and the list of what they were asked. */
function scripted(pair, answers = {}) {
  const asked = [];
  const row = (k) => `digest${k},10,value,ok`;
  const usual = {
    load: { calls: 2, weights: '1 1', elements: '4 5', dropped: '' },
    probe: ({ order }) => ({ rows: order.map(row).join(' '), wallMs: 1 }),
    round: {},
    warm: { iterations: 3, cpuUs: 10, wallNs: 1e4, totalCpuUs: 10, totalNs: 1e4, rounds: 1 },
    block: ({ rounds }) => ({ cpuUs: 10 * rounds, wallNs: 1e4 * rounds, totalCpuUs: 10 * rounds, totalNs: 1e4 * rounds }),
    allocate: { bytes: 64 },
    end: { rss: 5 },
    ...answers,
  };
  for (const name of ['base', 'candidate']) {
    pair.sides[name] = {
      async ask(message) {
        asked.push([name, message.do]);
        const answer = usual[message.do];
        return typeof answer === 'function' ? answer(message, name) : answer;
      },
      async close() {},
    };
  }
  return asked;
}

test('the steps come in the order of the request', async (t) => {
  const order = ['candidate', 'candidate', 'base', 'candidate', 'base'];
  const pair = new Pair({ ...workshop(t).request(SUM, SUM, [[[1]], [[2]]]), first: 'candidate', order });
  const asked = scripted(pair);
  await pair.run();
  const of = (verb) => asked.filter(([, what]) => what === verb).map(([name]) => name);
  assert.deepStrictEqual(of('load'), ['candidate', 'base']);
  assert.deepStrictEqual(of('probe'), ['base', 'candidate'], 'base decides which calls take part');
  assert.deepStrictEqual(of('warm'), ['candidate', 'base']);
  const blocks = of('block');
  const expected = order.flatMap((side) => (side === 'base' ? ['base', 'candidate'] : ['candidate', 'base']));
  assert.deepStrictEqual(blocks.slice(-10), expected);
  const before = blocks.slice(0, -10);
  assert.ok(before.length >= 2, 'the length of a block was found by trying');
  before.forEach((side, i) => assert.strictEqual(side, i % 2 === 0 ? 'base' : 'candidate'));
  assert.strictEqual(pair.result.callsPerRound, 2);
  assert.strictEqual(pair.result.rounds, 100, 'the block takes 1 ms, between 0.5 and 2');
  assert.deepStrictEqual(pair.result.allocated, { base: 1, candidate: 1 }, 'bytes a call, of 64 calls');
});

test('when garbage was collected, allocation is watched over fewer calls, or not known', async (t) => {
  const pair = new Pair(workshop(t).request(SUM, SUM, [[[1]], [[2]]]));
  const asked = scripted(pair, { allocate: ({ calls }, name) => ({ bytes: calls > 1 && name === 'candidate' ? -1 : 64 }) });
  await pair.run();
  assert.deepStrictEqual(pair.result.allocated, { base: 64, candidate: 64 });
  assert.strictEqual(asked.filter(([, what]) => what === 'allocate').length, 6, '64, 8, 1 call of each side');
  const other = new Pair(workshop(t).request(SUM, SUM, [[[1]], [[2]]]));
  scripted(other, { allocate: { bytes: -1 } });
  await other.run();
  assert.deepStrictEqual(other.result.allocated, { base: null, candidate: null });
});

test('calls that take longer than a block make blocks of one call', async (t) => {
  const pair = new Pair({ ...workshop(t).request(SUM, SUM, [[[1]], [[2]]]), timeoutMs: 60000 });
  const cost = { cpuUs: 900000, wallNs: 9e8, totalCpuUs: 900000, totalNs: 9e8 };
  scripted(pair, {
    probe: ({ order }) => ({ rows: order.map((k) => `digest${k},900000,value,ok`).join(' '), wallMs: 1 }),
    warm: { iterations: 1, rounds: 1, ...cost },
    block: cost,
  });
  await pair.run();
  assert.strictEqual(pair.result.callsPerRound * pair.result.rounds, 1);
  assert.strictEqual(pair.result.blocks.length, 4);
  const late = new Pair({ ...workshop(t).request(SUM, SUM, [[[1]]]), timeoutMs: 5000 });
  scripted(late, {
    load: { calls: 1, weights: '1', elements: '4', dropped: '' },
    probe: ({ order }) => ({ rows: order.map((k) => `digest${k},900000,value,ok`).join(' '), wallMs: 1 }),
    warm: { iterations: 1, rounds: 1, ...cost },
    block: cost,
  });
  await late.run();
  assert.deepStrictEqual(late.result.allocated, { base: null, candidate: null }, 'no time for what is only reported');
  assert.strictEqual(late.result.blocks.length, 2, 'fewer blocks when the time does not allow all');
});

test('a pair that is out of time is not held against candidate', async (t) => {
  const slow = 'let calls = 0; function f() { if ((calls += 1) > 3) for (;;); }';
  failed(await measure(workshop(t).request('function f() {}', slow, [[1]], { timeoutMs: 6000 })), 'candidate', 'out-of-time', /warm/);
  const pair = new Pair({ ...workshop(t).request(SUM, SUM, [[[1]], [[2]]]), timeoutMs: 4000 });
  const asked = scripted(pair, { probe: ({ order }) => ({ rows: order.map((k) => `digest${k},10,value,ok`).join(' '), wallMs: 2000 }) });
  await assert.rejects(pair.run(), { side: 'base', reason: 'too-slow' });
  assert.deepStrictEqual(asked.filter(([, what]) => what === 'probe'), [['base', 'probe']]);
});

test('a candidate that does something else fails with both outcomes', async (t) => {
  const result = await measure(workshop(t).request('function f(x) { return [x, "a"]; }', 'function f(x) { return [x, "b"]; }', [[1]]));
  failed(result, 'candidate', 'outcomes-differ', /call 0: base .*"a".*candidate .*"b"/);
  assert.deepStrictEqual(result.blocks, []);
  const mutation = await measure(workshop(t).request('function f(x) { x.n = 1; }', 'function f(x) { x.n = 2; }', [[{}]], { mutates: true }));
  failed(mutation, 'candidate', 'outcomes-differ');
});

test('what reads a clock, or random numbers of the same seed, is no difference', async (t) => {
  const clock = 'function f(x) { return [x, Math.floor(Date.now() / 500)]; }';
  assert.strictEqual((await measure(workshop(t).request(clock, clock, [[1]]))).failure, null);
  const dice = 'function f(x) { return [x, Math.random()]; }';
  assert.strictEqual((await measure(workshop(t).request(dice, dice, [[1], [2]]))).failure, null);
});

test('a side that cannot be loaded says why', async (t) => {
  failed(await measure(workshop(t).request(SUM, 'throw new Error("no\\nway")', [[[1]]])), 'candidate', 'load-failed', /no way/);
  failed(await measure(workshop(t).request('function f( {', SUM, [[[1]]])), 'base', 'load-failed');
  failed(await measure({ ...workshop(t).request(SUM, SUM, [[[1]]]), function: 3 }), 'base', 'load-failed', /no function 3/);
  const request = workshop(t).request(SUM, SUM, [[[1]]]);
  failed(await measure({ ...request, calls: `${request.calls}.missing` }), 'base', 'calls-unreadable', /ENOENT/);
  failed(await measure(workshop(t).request(SUM, SUM, [])), 'base', 'no-usable-call');
});

test('a side that hangs, ends or waits for nothing is a failure of that side', async (t) => {
  const hang = await measure(workshop(t).request(SUM, 'function f() { for (;;); }', [[[1]]], { timeoutMs: 5000 }));
  failed(hang, 'candidate', 'timeout', /probe/);
  failed(await measure(workshop(t).request(SUM, 'function f() { process.exit(0); }', [[[1]]])), 'candidate', 'ended', /exit code 0/);
  failed(await measure(workshop(t).request('async function f() {}', 'function f() { return new Promise(() => {}); }', [[[1]]])), 'candidate', 'never-settles');
  const bomb = 'setTimeout(() => { throw new Error("late"); }, 0); async function f() { await new Promise((go) => setTimeout(go, 5)); }';
  failed(await measure(workshop(t).request('async function f() {}', bomb, [[[1]]])), 'candidate', 'uncaught-error', /late/);
});

test('an answer that project code wrote is refused', async (t) => {
  const forged = 'function f() { require("fs").writeSync(4, JSON.stringify({ rows: "x,1,value,ok", wallMs: 1 }) + "\\n"); return 1; }';
  failed(await measure(workshop(t).request('function f() { return 1; }', forged, [[]])), 'candidate', 'protocol', /not written by the worker/);
});

test('inputs that calls change are fresh for each call', async (t) => {
  const once = 'function f(x) { if (x.seen) throw new Error("used before"); x.seen = true; return x.list.sort(); }';
  const list = Array.from({ length: 3 }, (_, i) => [{ list: [3, 1, 2, i] }]);
  const fresh = await measure(workshop(t).request(once, once, list, { mutates: true }));
  assert.strictEqual(fresh.failure, null);
  assert.ok(fresh.rounds * fresh.callsPerRound > 3);
  failed(await measure(workshop(t).request(once, once, list)), 'base', 'threw', /used before/);
});

test('promises are awaited, iterators drained as far as their reader went', async (t) => {
  const list = [[3]];
  const waits = 'let open = 0; async function f(n) { if (open) throw new Error("not awaited"); open = 1; await null; await null; open = 0; return n; }';
  assert.strictEqual((await measure(workshop(t).request(waits, waits, list))).failure, null);
  const drained = 'let open = 0; function* f(n) { if (open) throw new Error("not drained"); open = 1; for (let i = 0; i < n; i++) yield i; open = 0; }';
  assert.strictEqual((await measure(workshop(t).request(drained, drained, list))).failure, null);
  const endless = 'function* f() { let i = 0; for (;;) { if (i > 7) throw new Error("too far"); yield i++; } }';
  const left = [{ args: [], outcome: outcome('yields', { values: [0, 1, 2], end: 'left', value: undefined }) }];
  assert.strictEqual((await measure(workshop(t).request(endless, endless, left))).failure, null);
  const both = 'async function* f(n) { for (let i = 0; i < n; i++) yield i; }';
  assert.strictEqual((await measure(workshop(t).request(both, both, list))).failure, null);
  failed(await measure(workshop(t).request('async function f(n) { return n; }', 'function f(n) { return n; }', list)), 'candidate', 'outcomes-differ');
});

test('calls that threw when recorded are timed, those that throw now are left out', async (t) => {
  const throws = 'function f(x) { if (x < 0) throw new RangeError("negative"); return x; }';
  const recorded = [{ args: [-1], outcome: outcome('throw', new RangeError('negative')) }, { args: [1], outcome: outcome('return', 1) }];
  const result = await measure(workshop(t).request(throws, throws, recorded));
  assert.strictEqual(result.failure, null);
  assert.strictEqual(result.distinctCalls, 2);
  const changed = [{ args: [-1], outcome: outcome('return', 1) }, { args: [1], outcome: outcome('return', 1) }];
  const fewer = await measure(workshop(t).request(throws, throws, changed));
  assert.strictEqual(fewer.failure, null);
  assert.deepStrictEqual(fewer.leftOut, { 'throws-now': 1 });
  assert.strictEqual(fewer.distinctCalls, 1);
  failed(await measure(workshop(t).request(throws, throws, changed.slice(0, 1))), 'base', 'no-usable-call', /throw/);
});

test('each call has its own `this` and number of arguments', async (t) => {
  const counts = 'function f(n) { if (arguments.length !== n) throw new Error(arguments.length + " arguments, not " + n); if (n > 1 && arguments[n - 1] !== n) throw new Error("wrong argument"); return this && this.k; }';
  const list = [1, 2, 3, 8, 9, 12].map((n) => ({ self: n % 2 ? undefined : { k: n }, args: [n, ...Array.from({ length: n - 1 }, (_, i) => i + 2)] }));
  const result = await measure(workshop(t).request(counts, counts, list));
  assert.strictEqual(result.failure, null);
  assert.strictEqual(result.distinctCalls, 6);
  const one = await measure(workshop(t).request(counts, counts, list.slice(4), { mutates: true }));
  assert.strictEqual(one.failure, null);
});

test('grown inputs: larger for both sides, and what cannot grow is left out', async (t) => {
  const result = await measure(workshop(t).request(SUM, SUM_BY_REDUCE, [[[1, 2, 3]], [[4, 5]], [[]]], { grow: { factor: 10, seed: 1 } }));
  assert.strictEqual(result.failure, null);
  assert.deepStrictEqual(result.elements, { min: 20, median: 20, max: 30 });
  assert.deepStrictEqual(result.leftOut, { empty: 1 });
});

test('ES modules are timed as well', async (t) => {
  const shop = workshop(t);
  const request = shop.request(SUM, SUM, [[[1, 2]]]);
  request.candidate = shop.bundle(`import os from 'os'; export ${SUM}`, 'f', 'mjs');
  assert.strictEqual((await measure(request)).failure, null);
});

test('less garbage shows as fewer bytes a call', async (t) => {
  const result = await measure(workshop(t).request(
    'function f(n) { let sum = 0; for (const x of Array.from({ length: n }, (_, i) => [i])) sum += x[0]; return sum; }',
    'function f(n) { return (n * (n - 1)) / 2; }',
    [[100]],
  ));
  assert.strictEqual(result.failure, null);
  assert.ok(result.allocated.base > 100 * 16, `${result.allocated.base}`);
  assert.ok(result.allocated.candidate < 100, `${result.allocated.candidate}`);
});

test('the script: a request in, a result out; a wrong request is named', (t) => {
  const shop = workshop(t);
  const request = shop.request(SUM, SUM_BY_REDUCE, [[[1]]]);
  const run = (content) => {
    const file = shop.file('json');
    fs.writeFileSync(file, JSON.stringify(content));
    return spawnSync(process.execPath, [path.join(__dirname, '..', 'lockstep.cjs'), file], { encoding: 'utf8' });
  };
  const result = path.join(shop.directory, 'result.json');
  const done = run({ ...request, result });
  assert.deepStrictEqual([done.status, done.stdout, done.stderr], [0, '', '']);
  assert.strictEqual(JSON.parse(fs.readFileSync(result, 'utf8')).blocks.length, 4);
  const wrong = run({ ...request, result, order: [] });
  assert.strictEqual(wrong.status, 1);
  assert.match(wrong.stderr, /^lockstep: .*"order" must be a list.*\n$/);
});

test('spread', () => {
  assert.deepStrictEqual(spread([3, 1, 2, 10]), { min: 1, median: 2, max: 10 });
});
