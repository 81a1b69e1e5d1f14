'use strict';
const test = require('node:test');
const assert = require('node:assert/strict');
const { compare, newest, parse } = require('../src/semver.js');

test('versions', () => {
  assert.deepEqual(parse('v1.2.3-rc.1'), { numbers: [1, 2, 3], pre: 'rc.1' });
  assert.throws(() => parse('1.2'), SyntaxError);
});

test('numbers count as numbers', () => {
  assert.equal(compare('1.2.0', '1.10.0'), -1);
});

test('pre-releases come first', () => {
  assert.equal(compare('1.0.0-rc.1', '1.0.0'), -1);
});

test('the newest', () => {
  const versions = Array.from({ length: 60 }, (_, i) => `1.${(i * 7) % 60}.0`);
  assert.equal(newest(versions), '1.59.0');
  assert.equal(newest([]), null);
});
