'use strict';
const test = require('node:test');
const assert = require('node:assert/strict');
const { latest, parseRelease, perMajor } = require('../src/releases.js');

const lines = Array.from({ length: 120 }, (_, i) => `v${1 + (i % 4)}.${i}.0 2024-${String(1 + ((i * 5) % 12)).padStart(2, '0')}-${String(1 + ((i * 11) % 28)).padStart(2, '0')} ${i % 9 === 0 ? 'draft' : ''}`);

test('a line', () => {
  assert.deepEqual(parseRelease('v1.0.0 2024-01-01 draft'), { name: 'v1.0.0', published: 1704067200000, draft: true });
});

test('the latest', () => {
  const releases = lines.map(parseRelease);
  const newest = Math.max(...releases.filter((one) => !one.draft).map((one) => one.published));
  assert.equal(latest(releases).published, newest);
});

test('drafts do not count', () => {
  assert.equal(latest([parseRelease('v2 2024-05-05 draft'), parseRelease('v1 2024-04-04')]).name, 'v1');
});

test('one for each major version', () => {
  assert.equal(perMajor(lines.map(parseRelease)).length, 4);
});

test('the first of two on one day', () => {
  assert.equal(latest([parseRelease('a 2024-01-01'), parseRelease('b 2024-01-01')]).name, 'a');
});
