'use strict';

/*
 * profile.cjs from outside: real processes, real profiles. Work is counted in iterations, never in
 * elapsed time, and what is asserted is which functions were seen.
 */

const assert = require('node:assert');
const { once } = require('node:events');
const { spawn } = require('node:child_process');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { test } = require('node:test');

const PRELOAD = path.join(__dirname, '..', 'profile.cjs');

/** Seen by any sampling: some tens of milliseconds. */
const WORK = `
function work(n) { let x = 0; for (let i = 0; i < n * 2e7; i++) x = (x * 31 + i) % 1000003; return x; }
`;

/** A folder with these files, removed after the test. */
function project(t, files) {
  const dir = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'profile-')));
  t.after(() => fs.rmSync(dir, { recursive: true, force: true }));
  for (const [name, text] of Object.entries(files)) fs.writeFileSync(path.join(dir, name), text);
  return dir;
}

/** Starts \`main.js\` of the folder with the preload. */
function start(t, dir, settings = {}, request = {}) {
  const probe = { mode: 'profile', out: 'out', root: '.', profile: { intervalUs: 100, ...settings }, ...request };
  fs.writeFileSync(path.join(dir, 'probe.json'), JSON.stringify(probe));
  const child = spawn(process.execPath, ['main.js'], {
    cwd: dir,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      ...process.env,
      NODE_OPTIONS: `--require ${PRELOAD}`,
      NODE_V8_COVERAGE: '',
      SELFOPT_PROBE: path.join(dir, 'probe.json'),
    },
  });
  t.after(() => child.kill('SIGKILL'));
  child.text = '';
  child.stdout.on('data', (chunk) => (child.text += chunk));
  child.stderr.on('data', (chunk) => (child.text += chunk));
  return child;
}

/** Runs to the end. */
async function run(t, dir, settings, request) {
  const child = start(t, dir, settings, request);
  const [code, signal] = await once(child, 'close');
  return { code, signal, text: child.text };
}

const slices = (dir) =>
  fs.existsSync(path.join(dir, 'out'))
    ? fs.readdirSync(path.join(dir, 'out')).filter((name) => name.endsWith('.cpuprofile')).sort()
    : [];

const read = (dir, name) => JSON.parse(fs.readFileSync(path.join(dir, 'out', name), 'utf8'));

/** Samples on top of which each function of the folder's files was, by its name. */
function seen(dir, names = slices(dir)) {
  const hits = {};
  for (const name of names) {
    for (const node of read(dir, name).nodes) {
      const { url, functionName } = node.callFrame;
      if (url.startsWith(`file://${dir}/`)) hits[functionName] = (hits[functionName] || 0) + node.hitCount;
    }
  }
  return hits;
}

test('a process that ends by itself is seen to its last exit listener', async (t) => {
  const dir = project(t, {
    'main.js': `${WORK}
      function early() { return work(4); }
      function late() { return work(1); }
      process.on('exit', function leave() { late(); });
      early();`,
  });
  const ran = await run(t, dir);
  assert.deepStrictEqual([ran.code, ran.text], [0, '']);
  const all = slices(dir).map((name) => read(dir, name));
  const callers = new Set();
  for (const { nodes } of all) {
    const byId = new Map(nodes.map((node) => [node.id, node]));
    for (const node of nodes) {
      for (const child of node.children || []) {
        if (byId.get(child).callFrame.functionName === 'work') callers.add(node.callFrame.functionName);
      }
    }
  }
  assert.deepStrictEqual([...callers].sort(), ['early', 'late']);
  for (const slice of all) {
    assert.strictEqual(slice.root, dir);
    assert.strictEqual(slice.thread, 0);
    assert.strictEqual(slice.samples.length, slice.timeDeltas.length);
  }
});

test('the hotter function has more samples', async (t) => {
  const dir = project(t, {
    'main.js': `
      function hot(n) { let x = 0; for (let i = 0; i < n; i++) x = (x * 31 + i) % 1000003; return x; }
      function cold(n) { let x = 0; for (let i = 0; i < n; i++) x = (x * 31 + i) % 1000003; return x; }
      for (let i = 0; i < 40; i++) { hot(2e6); cold(1e5); }`,
  });
  await run(t, dir);
  const hits = seen(dir);
  assert.ok(hits.hot > 4 * (hits.cold || 0), JSON.stringify(hits));
});

test('process.exit and an uncaught error keep their codes and lose nothing', async (t) => {
  for (const [end, code] of [['process.exit(7)', 7], ['throw new Error("red")', 1]]) {
    const dir = project(t, { 'main.js': `${WORK} work(2); ${end};` });
    assert.strictEqual((await run(t, dir)).code, code);
    assert.ok(seen(dir).work > 0, end);
  }
});

test('a child that is killed once it has reported was seen before that', async (t) => {
  const dir = project(t, {
    'main.js': `
      const child = require('child_process').fork('./child.js');
      child.on('message', () => child.kill('SIGKILL'));
      child.on('exit', (code, signal) => console.log(signal));`,
    'child.js': `${WORK} work(3); process.send('done'); setInterval(() => {}, 1000);`,
  });
  const ran = await run(t, dir, { sliceMs: 1e6 });
  assert.strictEqual(ran.text, 'SIGKILL\n');
  assert.ok(seen(dir).work > 0);
});

test('a worker thread that is terminated once it has reported was seen before that', async (t) => {
  const dir = project(t, {
    'main.js': `
      const { Worker } = require('worker_threads');
      const worker = new Worker('./worker.js');
      worker.on('message', () => worker.terminate());`,
    'worker.js': `${WORK} work(3); require('worker_threads').parentPort.postMessage('done'); setInterval(() => {}, 1000);`,
  });
  const ran = await run(t, dir, { sliceMs: 1e6 });
  assert.deepStrictEqual([ran.code, ran.text], [0, '']);
  const ofWorker = slices(dir).filter((name) => /^\d+-1-/.test(name));
  assert.ok(seen(dir, ofWorker).work > 0, slices(dir).join());
});

test('a server that falls idle is on disk before it is killed', { timeout: 60000 }, async (t) => {
  const dir = project(t, { 'main.js': `${WORK} work(3); setInterval(() => {}, 1000);` });
  fs.mkdirSync(path.join(dir, 'out'));
  const watcher = fs.watch(path.join(dir, 'out'));
  t.after(() => watcher.close());
  const child = start(t, dir, { sliceMs: 1e6 });
  while (slices(dir).length === 0) await once(watcher, 'change');
  child.kill('SIGKILL');
  await once(child, 'close');
  assert.ok(seen(dir).work > 0);
});

test('work without a pause is cut into slices that hold together', async (t) => {
  const dir = project(t, {
    'main.js': `${WORK} let n = 0; (function next() { work(1); if (++n < 8) setImmediate(next); })();`,
  });
  await run(t, dir, { sliceMs: 20 });
  const names = slices(dir);
  assert.ok(names.length > 2, names.join());
  const spans = names
    .map((name) => read(dir, name))
    .map((slice) => [slice.startTime, slice.endTime])
    .sort((a, b) => a[0] - b[0]);
  for (let i = 1; i < spans.length; i += 1) {
    assert.ok(spans[i][0] <= spans[i - 1][1], 'each slice begins before the one in front of it ends');
  }
});

test('limits hold, and what they kept out is said', async (t) => {
  const dir = project(t, { 'main.js': `${WORK} let n = 0; (function next() { work(1); if (++n < 8) setImmediate(next); })();` });
  await run(t, dir, { sliceMs: 20, bytesTotal: 12 * 1024 });
  const out = path.join(dir, 'out');
  const bytes = slices(dir).reduce((sum, name) => sum + fs.statSync(path.join(out, name)).size, 0);
  assert.ok(bytes <= 12 * 1024, String(bytes));
  const lost = fs.readdirSync(out).filter((name) => name.endsWith('.lost'));
  assert.strictEqual(lost.length, 1);
  const { slices: n, us, stopped } = JSON.parse(fs.readFileSync(path.join(out, lost[0]), 'utf8'));
  assert.ok(n === 1 && us > 0 && stopped === true);
});

test('the project can end profiles of its own, and ours goes on', async (t) => {
  const dir = project(t, {
    'main.js': `${WORK}
      function before() { return work(2); } function after() { return work(2); }
      before(); console.profileEnd(); after();`,
  });
  const ran = await run(t, dir);
  assert.deepStrictEqual([ran.code, ran.text], [0, '']);
  const names = new Set(slices(dir).flatMap((name) => read(dir, name).nodes.map((node) => node.callFrame.functionName)));
  assert.ok(names.has('before') && names.has('after'), [...names].join());
});

test('what the project can look at stays as it was', async (t) => {
  const dir = project(t, {
    'main.js': `
      const names = ['emit', 'reallyExit'];
      console.log(JSON.stringify({
        listeners: process.eventNames().length,
        looks: names.map((name) => [process[name].name, process[name].length]),
        keys: Object.keys(process).includes('emit'),
      }));`,
  });
  const profiled = JSON.parse((await run(t, dir)).text);
  const plain = JSON.parse((await run(t, dir, {}, { mode: 'record' })).text);
  assert.deepStrictEqual(profiled, plain);
});

test('a signal still ends a process, and is what it ended with', async (t) => {
  const dir = project(t, { 'main.js': `console.log('up'); setInterval(() => {}, 1000);` });
  const child = start(t, dir);
  await once(child.stdout, 'data');
  child.kill('SIGTERM');
  const [, signal] = await once(child, 'close');
  assert.strictEqual(signal, 'SIGTERM');
});

test('without a request for it nothing is done', async (t) => {
  const dir = project(t, { 'main.js': `console.log(Object.hasOwn(process, 'emit'));` });
  const { text } = await run(t, dir, {}, { mode: 'reach' });
  assert.strictEqual(text, 'false\n');
  assert.deepStrictEqual(slices(dir), []);
});
