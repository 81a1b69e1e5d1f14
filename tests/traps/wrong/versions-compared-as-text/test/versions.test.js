'use strict';
const test = require('node:test');
const assert = require('node:assert/strict');
const { compareVersions, matching, satisfies, sortVersions } = require('../src/versions.js');

const versions = [];
for (let minor = 0; minor < 12; minor++) for (let patch = 0; patch < 12; patch++) versions.push(`1.${minor}.${patch}`);

test('numbers, not texts', () => {
  assert.equal(compareVersions('1.9.0', '1.10.0'), -1);
  assert.equal(compareVersions('2.0', '1.99.99'), 1);
});

test('missing places are zero', () => {
  assert.equal(compareVersions('1.2', '1.2.0'), 0);
});

test('sorted', () => {
  const sorted = sortVersions([...versions].reverse());
  assert.equal(sorted[0], '1.0.0');
  assert.equal(sorted[143], '1.11.11');
});

test('ranges', () => {
  assert.ok(satisfies('1.4.2', '1.4.0', '2.0.0'));
  assert.ok(!satisfies('2.0.0', '1.4.0', '2.0.0'));
  assert.equal(matching(versions, '1.3.0', '1.4.0').length, 12);
});
