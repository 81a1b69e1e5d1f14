'use strict';
const test = require('node:test');
const assert = require('node:assert/strict');
const { atLeast, countLevels, levelOf } = require('../src/logs.js');

const lines = Array.from(
  { length: 150 },
  (_, i) => `${['debug', 'INFO', 'warn', 'Error'][i % 4]} | 12:${String(i % 60).padStart(2, '0')}:00 | db${i % 3} | query ${i} | took ${i * 3} ms | rows ${i}`,
);

test('levels', () => {
  assert.equal(levelOf('ERROR | now | x'), 'error');
  assert.equal(levelOf('info'), 'info');
  assert.equal(levelOf(''), '');
});

test('from a level on', () => {
  assert.equal(atLeast(lines, 'warn').length, 74);
  assert.throws(() => atLeast(lines, 'fatal'), RangeError);
});

test('counts', () => {
  assert.deepEqual(countLevels(lines), { debug: 38, info: 38, warn: 37, error: 37 });
});

test('lines of other programs', () => {
  assert.deepEqual(countLevels(['Segmentation fault', '| |']), { debug: 0, info: 0, warn: 0, error: 0 });
});
