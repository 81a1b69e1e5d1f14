'use strict';
const test = require('node:test');
const assert = require('node:assert');
const { Side, SideFailure, Turn } = require('../lockstep-side.cjs');
const { outcome, workshop } = require('../testing/timed.cjs');

/** A worker that has loaded the source as function 0. */
async function worker(t, source, calls, { mutates = false, grow = null } = {}) {
  const shop = workshop(t);
  const turn = new Turn(60000);
  const side = new Side('base', turn, { flags: [] });
  t.after(() => side.close());
  const loaded = await side.ask({
    do: 'load', secret: side.secret, bundle: shop.bundle(source), function: 0, calls: shop.calls(calls), grow, mutates,
  });
  return { side, loaded, turn };
}

/** The rows of a probe, without the cost. */
function rows(answer) {
  return answer.rows.split(' ').map((row) => {
    const [digest, , waits, state] = row.split(',');
    return { digest, waits, state };
  });
}

test('load gives weights and sizes of the calls', async (t) => {
  const { loaded } = await worker(t, 'function f() {}', [{ args: [[1, 2, 3]], weight: 2.5 }, { args: ['ab'] }, { args: [[]] }]);
  assert.deepStrictEqual(
    [loaded.calls, loaded.weights, loaded.elements, loaded.dropped],
    [3, '2.5 1 1', '3 2 0', ''],
  );
  const grown = await worker(t, 'function f() {}', [[[1, 2, 3]], [[]], [7]], { grow: { factor: 4, seed: 1 } });
  assert.deepStrictEqual([grown.loaded.calls, grown.loaded.elements, grown.loaded.dropped], [1, '12', 'empty=1 no-container=1']);
});

test('probe: equal outcomes have equal digests, other ones others', async (t) => {
  const source = 'function f(x, as) { if (as === "throw") throw new Error(x); if (as === "promise") return Promise.resolve(x); if (as === "set") { x.n = 1; return 1; } return as === "rope" ? "a" + x : x; }';
  const { side } = await worker(t, source, [[1], [1], [2], [1, 'throw'], [1, 'promise'], [{ n: 0 }, 'set'], [{ n: 1 }, 'set'], ['b', 'rope'], ['ab'], [-0], [0]]);
  const found = rows(await side.ask({ do: 'probe', order: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10], wallMs: null }));
  const same = (a, b) => found[a].digest === found[b].digest;
  assert.ok(same(0, 1));
  assert.ok(!same(0, 2) && !same(0, 3) && !same(0, 4) && !same(9, 10));
  assert.ok(same(5, 6), 'the same object as result of the mutation');
  assert.ok(!same(7, 8), 'arguments count');
  assert.deepStrictEqual(found.map(({ waits }) => waits).slice(3, 6), ['value', 'promise', 'value']);
  assert.deepStrictEqual(found.map(({ state }) => state).slice(2, 5), ['ok', 'throws', 'ok']);
});

test('an iterator that ends with an error is a call that throws, and can be timed', async (t) => {
  const { side } = await worker(t, 'function* f(n) { if (n < 1) throw new RangeError("n"); yield n; }', [[2], [0]]);
  const found = rows(await side.ask({ do: 'probe', order: [0, 1], wallMs: null }));
  assert.deepStrictEqual(found.map(({ waits, state }) => [waits, state]), [['iterator', 'ok'], ['iterator', 'throws']]);
  await side.ask({ do: 'round', round: [0, 1], waits: 'iterator', throws: true });
  assert.ok((await side.ask({ do: 'block', rounds: 3 })).totalNs > 0);
});

test('probe stops when the time is up, after one call at least', async (t) => {
  const { side } = await worker(t, 'function f() { const end = process.hrtime.bigint() + 3000000n; while (process.hrtime.bigint() < end); }', [[1], [2], [3]]);
  assert.strictEqual(rows(await side.ask({ do: 'probe', order: [2, 1, 0], wallMs: 1 })).length, 1);
  assert.strictEqual(rows(await side.ask({ do: 'probe', order: [2, 1, 0], wallMs: null })).length, 3);
});

test('again gives the outcome as text', async (t) => {
  const { side } = await worker(t, 'let n = 0; function f(x) { n += 1; return [x, n]; }', [['one']]);
  const first = await side.ask({ do: 'again', call: 0 });
  assert.match(first.text, /^return: .*"one", 1/);
  assert.notStrictEqual((await side.ask({ do: 'again', call: 0 })).digest, first.digest);
});

test('blocks are timed; preparing inputs is not', async (t) => {
  const calls = [[Array.from({ length: 2000 }, (_, i) => ({ i }))]];
  const { side } = await worker(t, 'function f(list) { list.length = 0; }', calls, { mutates: true });
  await side.ask({ do: 'round', round: [0], waits: 'value', throws: false });
  const block = await side.ask({ do: 'block', rounds: 200 });
  assert.ok(block.wallNs > 0 && block.totalNs >= block.wallNs, JSON.stringify(block));
  assert.ok(block.totalCpuUs > block.cpuUs * 2, JSON.stringify(block));
});

test('warm-up goes on until both the CPU time and the iterations are reached', async (t) => {
  const { side } = await worker(t, 'let n = 0; function f() { n += 1; return n; } ', [[1]]);
  await side.ask({ do: 'round', round: [0], waits: 'value', throws: false });
  const few = await side.ask({ do: 'warm', cpuUs: 20000, iterations: 3, wallMs: 30000 });
  assert.ok(few.usedUs >= 20000 && few.iterations >= 3 && few.rounds > 1000, JSON.stringify(few));
  const more = await side.ask({ do: 'warm', cpuUs: 2000, iterations: 7, wallMs: 30000 });
  assert.ok(more.iterations >= 7 && more.usedUs >= 2000, JSON.stringify(more));
  const none = await side.ask({ do: 'warm', cpuUs: 1e9, iterations: 7, wallMs: 0 });
  assert.strictEqual(none.iterations, 0);
});

test('allocation is that of the calls alone', async (t) => {
  const { side } = await worker(t, 'function f(n) { return new Array(n).fill(1.5); }', [[1000]], { mutates: true });
  await side.ask({ do: 'round', round: [0, 0, 0, 0], waits: 'value', throws: false });
  await side.ask({ do: 'warm', cpuUs: 20000, iterations: 3, wallMs: 30000 });
  let bytes = -1;
  for (let k = 0; k < 20 && bytes < 0; k += 1) ({ bytes } = await side.ask({ do: 'allocate', calls: 4 }));
  assert.ok(bytes >= 4 * 8000 && bytes < 4 * 12000, `${bytes}`);
});

test('language features that project code replaced are noticed', async (t) => {
  const { side } = await worker(t, 'String.prototype.charCodeAt = function () { return 0; }; function f() {}', [[1]]);
  await assert.rejects(side.ask({ do: 'round', round: [0], waits: 'value', throws: false }), { reason: 'language-replaced' });
});

test('project code that replaces what programs are made of does not disturb the worker', async (t) => {
  const source = `
    Object.prototype.toJSON = () => 'mine'; Array.prototype.push = () => { throw new Error('push'); };
    Array.prototype.map = Array.prototype.push; JSON.stringify = JSON.parse = Array.prototype.push;
    Map.prototype.get = Map.prototype.set = Array.prototype.push; process.cpuUsage = () => ({ user: 0, system: 0 });
    process.hrtime.bigint = () => 0n; globalThis.setImmediate = undefined;
    Buffer.from = undefined; Reflect.apply = undefined; globalThis.Promise = undefined;
    function f(x) { for (let i = 0; i < 1e4; i++); return x; }`;
  const { side } = await worker(t, source, [[1], [[2]]]);
  assert.strictEqual(rows(await side.ask({ do: 'probe', order: [0, 1], wallMs: null })).length, 2);
  await side.ask({ do: 'round', round: [0, 1, 0], waits: 'value', throws: false });
  const block = await side.ask({ do: 'block', rounds: 300 });
  assert.ok(block.wallNs > 0 && block.cpuUs > 0);
  assert.ok('bytes' in await side.ask({ do: 'allocate', calls: 2 }));
  assert.ok((await side.ask({ do: 'end' })).rss > 1e6);
});

test('only one worker of a turn is asked at a time', async (t) => {
  const { side, turn } = await worker(t, 'function f() {}', [[1]]);
  const other = new Side('candidate', turn, { flags: [] });
  const asked = side.ask({ do: 'end' });
  await assert.rejects(other.ask({ do: 'end' }), /asked while base holds the token/);
  await asked;
});

test('a wrong request is a failure, after which nothing is answered', async (t) => {
  const { side } = await worker(t, 'function f() {}', [[1]]);
  await assert.rejects(side.ask({ do: 'dance' }), (error) => error instanceof SideFailure && error.reason === 'worker-failed');
  await assert.rejects(side.ask({ do: 'end' }), { reason: 'worker-failed' });
});

test('when the driver is gone, the worker ends', async (t) => {
  const { side } = await worker(t, 'setInterval(() => {}, 1000); function f() {}', [[1]]);
  const ended = new Promise((resolve) => side.child.once('exit', (code, signal) => resolve({ code, signal })));
  side.child.stdio[3].destroy();
  assert.deepStrictEqual(await ended, { code: 0, signal: null });
});

test('calls keep their recorded ends', async (t) => {
  const source = 'function f(x) { if (x) throw new Error("e"); }';
  const list = [{ args: [1], outcome: outcome('return', 1) }, { args: [1], outcome: outcome('throw', 1) }, { args: [1] }, { args: [1], outcome: { kind: 'unobserved', reason: 'promise' } }];
  const { side } = await worker(t, source, list);
  const found = rows(await side.ask({ do: 'probe', order: [0, 1, 2, 3], wallMs: null }));
  assert.deepStrictEqual(found.map(({ state }) => state), ['changed', 'throws', 'throws', 'throws']);
});
