import test from 'node:test';
import assert from 'node:assert/strict';
import { day, mean, report, total } from '../src/energy.js';

const meter = [0.3];
for (let i = 0; i < 96; i++) meter.push(meter[i] + 0.1 + ((i * 7) % 13) / 10);

test('totals', () => {
  assert.equal(total([1, 2, 3, 4, 5]), 15);
  assert.equal(total([]), 0);
});

test('the mean of nothing', () => {
  assert.ok(Number.isNaN(mean([])));
});

test('a day', () => {
  const result = day(meter);
  assert.ok(Math.abs(result.used - (meter[96] - meter[0])) < 1e-6);
  assert.ok(Math.abs(result.peak - 1.3) < 1e-6);
});

test('a meter that was replaced counts no negative use', () => {
  assert.ok(Math.abs(day([10, 10.5, 2, 2.5]).used - 1) < 1e-9);
});

test('the report', () => {
  assert.match(report(meter), /^\d+\.\d kWh, 0\.\d\d on average, 1\.30 at most$/);
});
