'use strict';
// Async functions in place: what is timed, and what becomes of the test meanwhile.
const test = require('node:test');
const assert = require('node:assert');
const { form, project } = require('../testing/project.cjs');

/** Runs `use` with a pair of async functions `f` and gives what was collected of it. */
function timed(t, base, candidate, use, limits) {
  const lib = form.async(0, 'f', '$p0,$p1', base, `async function f${candidate}`);
  const at = project(t, { 'run.js': `'use strict';\n${lib}\n${use}` }, {
    mode: 'pair',
    pair: { time: true, warmUpCpuMs: 1, minBlockCpuMs: 1, blocks: 4, budgetMs: 60000, callBudgetMs: 20000, ...limits },
    functions: [{ id: 0, name: 'f' }],
  });
  const run = at.node(['run.js']);
  assert.strictEqual(run.code, 0, run.stderr);
  const [f] = at.collect().functions;
  const undecided = Object.values(f.undecidable).reduce((a, b) => a + b, 0);
  assert.strictEqual(f.compared + undecided + f.nested + f.skipped + f.budget + f.constructorCalls, f.seen, JSON.stringify(f));
  return { f, stdout: run.stdout };
}

/** A loop over keys that awaits each value. */
const SLOW = '(keys, load){ let all = {}; for (const key of keys) all = { ...all, [key]: await load(key) }; return all; }';
const FAST = '(keys, load){ const all = {}; for (const key of keys) all[key] = await load(key); return all; }';

test('blocks of awaited calls, and the test gets what the base gives in the order of its own', (t) => {
  const { f, stdout } = timed(t, SLOW, FAST, `
const keys = Array.from({ length: 150 }, (_, i) => 'k' + i);
(async () => {
  console.log('a');
  const all = await f(keys, async (key) => key.length);
  if (all.k7 !== 2) process.exit(9);
  console.log('b');
  await f(keys, async () => { await null; return 1; });
  console.log('c');
})();`);
  assert.strictEqual(stdout, 'a\nb\nc\n');
  assert.deepStrictEqual([f.agreed, f.differs, f.timing], [2, 0, { timed: 2 }]);
  const [{ blocks }] = f.processes;
  assert.strictEqual(blocks.length, 8);
  assert.ok(blocks.every((block) => block.how === 'live' && block.rounds >= 1 && block.base.cpuUs > 0 && block.candidate.cpuUs > 0));
  assert.ok(new Set(blocks.map((block) => block.first)).size === 2, 'both begin');
  const ratios = blocks.map((block) => block.base.cpuUs / block.candidate.cpuUs).sort((a, b) => a - b);
  assert.ok(ratios[4] > 2, `copying 150 keys at each step costs more: ${ratios}`);
});

test('who waits for timers is timed by its CPU time', (t) => {
  const wait = 'await new Promise((done) => setTimeout(done, 2));';
  const { f } = timed(t, `(n){ ${wait} let s = 0; for (let i = 0; i < n; i += 1) s += i % 7; return s; }`,
    `(n){ ${wait} let s = 0; for (let i = 0; i < n; i += 1) s += i % 7; return s; }`, '(async () => { await f(100000); })();', { minBlockCpuMs: 2 });
  assert.deepStrictEqual(f.timing, { timed: 1 });
  for (const { base, rounds } of f.processes[0].blocks) {
    assert.ok(base.wallNs >= rounds * 1e6, 'each round has waited');
    assert.ok(base.cpuUs * 1000 < base.wallNs, JSON.stringify(base));
  }
});

test('what happens at the same time is not mixed up', (t) => {
  const { f, stdout } = timed(t, SLOW, FAST, `
const keys = Array.from({ length: 100 }, (_, i) => 'k' + i);
const load = async (key) => key;
(async () => {
  const all = await Promise.all([f(keys, load), f(keys, load), f(keys, load)]);
  console.log(all.map((one) => Object.keys(one).length).join());
})();`);
  assert.strictEqual(stdout, '100,100,100\n');
  assert.strictEqual(f.agreed, 3);
  const told = Object.values(f.timing).reduce((a, b) => a + b, 0);
  assert.strictEqual(told, 3, JSON.stringify(f.timing));
  assert.ok(f.timing.overlap >= 1, 'one at a time');
  assert.ok(f.timing.timed >= 1);
});

test('a call beside a timing is not looked at, and discards the block', (t) => {
  const wait = 'for (let i = 0; i < n; i += 1) await new Promise((done) => setTimeout(done, 1));';
  const { f } = timed(t, `(n){ ${wait} return n; }`, `(n){ ${wait} return n; }`, `
const each = setInterval(() => { f(0); }, 1);
(async () => {
  await f(20);
  clearInterval(each);
})();`, { callBudgetMs: 500 });
  assert.ok(f.skipped > 0, JSON.stringify(f));
  const blocks = f.processes.flatMap((one) => one.blocks).filter(({ elements, rounds, base }) => base.wallNs > rounds * 15e6);
  assert.deepStrictEqual(blocks, [], 'those of 20 waits');
});

test('a test that the function waits for is let go', (t) => {
  const { f, stdout } = timed(t, '(gate){ await gate.open; return 1; }', '(gate){ await gate.open; return 1; }', `
let opened;
const gate = { open: new Promise((done) => { opened = done; }) };
(async () => {
  const one = f(gate);
  opened();
  console.log(await one);
  const never = { get open() { return this.n++ === 0 ? null : new Promise(() => {}); }, n: 0 };
  console.log(await f(never));
  console.log('end');
})();`, { callBudgetMs: 50 });
  assert.strictEqual(stdout, '1\n1\nend\n');
  assert.strictEqual(f.differs, 0);
});

test('errors pass, and are not timed', (t) => {
  const { f, stdout } = timed(t, '(x){ await null; throw new RangeError(x); }', '(x){ throw new RangeError(x); }', `
(async () => { try { await f('no'); } catch (error) { console.log(error.message); } })();`);
  assert.strictEqual(stdout, 'no\n');
  assert.deepStrictEqual([f.agreed, f.timing, f.processes], [1, {}, []]);
});
