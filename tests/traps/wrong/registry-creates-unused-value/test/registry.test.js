import test from 'node:test';
import assert from 'node:assert/strict';
import { Metrics, obtain } from '../src/registry.js';

test('created once', () => {
  const instances = new Map();
  const first = obtain(instances, 'db', () => ({ open: true }));
  assert.equal(obtain(instances, 'db', () => ({ open: false })), first);
});

test('falsy values count', () => {
  const instances = new Map([['zero', 0]]);
  assert.equal(obtain(instances, 'zero', () => 1), 0);
});

test('counters', () => {
  const metrics = new Metrics('web');
  for (let i = 0; i < 200; i++) metrics.add(`status.${200 + (i % 4) * 100}`);
  metrics.add('bytes', 512);
  assert.deepEqual(metrics.lines(), ['web.bytes 512', 'web.status.200 50', 'web.status.300 50', 'web.status.400 50', 'web.status.500 50']);
});

test('no counters', () => {
  assert.deepEqual(new Metrics('x').lines(), []);
});
