'use strict';
const test = require('node:test');
const assert = require('node:assert/strict');
const { Worker } = require('../src/worker.js');

const job = (name, value) => ({ name, execute: async () => value });
const broken = (name) => ({ name, execute: async () => { await null; throw new Error('no answer'); } });

test('the result of a job', async () => {
  assert.equal(await new Worker().run(job('a', 7)), 7);
});

test('jobs are counted', async () => {
  const worker = new Worker();
  await worker.runAll(Array.from({ length: 50 }, (_, i) => job(`j${i}`, i)));
  assert.equal(worker.done, 50);
  assert.deepEqual(worker.failures, []);
});

test('a job that throws at once', async () => {
  const worker = new Worker();
  await assert.rejects(worker.run({ name: 'bad', execute() { throw new Error('no input'); } }), /no input/);
  assert.deepEqual(worker.failures, ['bad: no input']);
});

test('a job that fails later', async () => {
  await assert.rejects(new Worker().run(broken('late')), /no answer/);
});

test('one failure does not stop the others', async () => {
  assert.deepEqual(await new Worker().runAll([job('a', 1), broken('b'), job('c', 3)]), [1, null, 3]);
});
