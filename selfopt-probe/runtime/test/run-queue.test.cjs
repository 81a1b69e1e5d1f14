'use strict';
const test = require('node:test');
const assert = require('node:assert');
const fs = require('fs');
const path = require('path');
const { spawn } = require('child_process');
const { queuedNs, withoutQueue } = require('../run-queue.cjs');

const isTold = fs.existsSync('/proc/thread-self/schedstat');

test('the queue is taken away, what was computed is not', () => {
  assert.strictEqual(withoutQueue(30e6, 10000, 20e6), 10e6);
  assert.strictEqual(withoutQueue(30e6, 10000, 0), 30e6, 'a block that waits by itself');
  assert.strictEqual(withoutQueue(30e6, 10000, 25e6), 10e6, 'some of it was around the clocks');
  assert.strictEqual(withoutQueue(10e6, 15000, 1e6), 10e6, 'two threads at once');
  assert.strictEqual(withoutQueue(10e6, 5000, -3), 10e6);
});

test('it is told on Linux, and only rises', () => {
  const before = queuedNs();
  assert.ok(Number.isSafeInteger(before) && before >= 0);
  assert.ok(queuedNs() >= before);
});

/**
 * Three busy processes on one processor: one of them cannot have had it all the time.
 */
test('a thread that shares its processor was in the queue', { skip: isTold && hasTaskset() ? false : 'needs /proc/thread-self/schedstat and taskset' }, async () => {
  const body = (told) => `
    const { queuedNs } = require(${JSON.stringify(path.join(__dirname, '../run-queue.cjs'))});
    const cpu = process.cpuUsage();
    const start = process.hrtime.bigint();
    const before = queuedNs();
    let used = 0;
    while (used < 200000) { for (let i = 0; i < 1e5; i += 1); const { user, system } = process.cpuUsage(cpu); used = user + system; }
    if (${told}) console.log(JSON.stringify([Number(process.hrtime.bigint() - start), used * 1000, queuedNs() - before]));`;
  const run = (told) => new Promise((resolve, reject) => {
    const child = spawn('taskset', ['-c', firstProcessor(), process.execPath, '-e', body(told)], { stdio: ['ignore', 'pipe', 'inherit'] });
    let text = '';
    child.stdout.on('data', (chunk) => { text += chunk; });
    child.on('error', reject);
    child.on('close', () => resolve(text));
  });
  const [text] = await Promise.all([run(true), run(false), run(false)]);
  const [wallNs, cpuNs, queued] = JSON.parse(text);
  assert.ok(queued > 0, 'it was never in the queue');
  assert.ok(queued <= wallNs, `${queued} of ${wallNs} ns in the queue`);
});

function hasTaskset() {
  return process.env.PATH.split(':').some((folder) => fs.existsSync(path.join(folder, 'taskset')));
}

/** A processor that this process may use. */
function firstProcessor() {
  const list = /^Cpus_allowed_list:\s*(\d+)/m.exec(fs.readFileSync('/proc/self/status', 'utf8'));
  return list === null ? '0' : list[1];
}
