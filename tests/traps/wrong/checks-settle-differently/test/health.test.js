'use strict';
const test = require('node:test');
const assert = require('node:assert/strict');
const { grade, health, runChecks } = require('../src/health.js');

const up = async () => 'up';
const down = async () => { throw new Error('connection refused'); };

test('all is well', async () => {
  assert.deepEqual(await health({ db: up, mail: up }), { state: 'healthy', failing: [] });
});

test('values of the checks', async () => {
  assert.deepEqual(await runChecks({ db: up }), [{ name: 'db', status: 'fulfilled', value: 'up' }]);
});

test('some fail', async () => {
  assert.deepEqual(await health({ db: up, mail: down, disk: up }), { state: 'degraded', failing: ['mail'] });
});

test('all fail', async () => {
  const checks = Object.fromEntries(Array.from({ length: 30 }, (_, i) => [`c${i}`, down]));
  assert.equal((await health(checks)).state, 'down');
});

test('no checks', () => {
  assert.equal(grade([]), 'healthy');
});
