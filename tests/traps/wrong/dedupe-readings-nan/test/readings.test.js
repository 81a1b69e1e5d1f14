import test from 'node:test';
import assert from 'node:assert/strict';
import { distinctValues, parseLog, summary } from '../src/readings.js';

const log = ['# sensor 7', ...Array.from({ length: 120 }, (_, i) => `${1000 + i};${i % 17 === 3 ? 'n/a' : 18 + (i % 9) / 2}`), ''].join('\n');

test('comments and empty lines are skipped', () => {
  assert.equal(parseLog(log).length, 120);
});

test('a value that is no number is a missing reading', () => {
  assert.ok(Number.isNaN(parseLog('1;n/a')[0].value));
});

test('levels are the distinct values, sorted', () => {
  assert.deepEqual(summary(log).levels, [18, 18.5, 19, 19.5, 20, 20.5, 21, 21.5, 22]);
});

test('extremes ignore missing readings', () => {
  const result = summary(log);
  assert.equal(result.lowest, 18);
  assert.equal(result.highest, 22);
});

test('order of first appearance', () => {
  assert.deepEqual(distinctValues([3, 1, 3, 2, 1]), [3, 1, 2]);
});

test('an empty log', () => {
  assert.deepEqual(summary(''), { count: 0, levels: [], lowest: undefined, highest: undefined });
});
