'use strict';
const { test, mock } = require('node:test');
const assert = require('node:assert/strict');
const { hasDeprecated, normalize } = require('../src/options.js');

test('new options', () => {
  assert.equal(hasDeprecated({ input: 'a.js', output: {} }), false);
});

test('a deprecated option warns', () => {
  const warn = mock.method(console, 'warn', () => {});
  assert.equal(hasDeprecated({ poll: 100 }), true);
  assert.match(warn.mock.calls[0].arguments[0], /"poll" is deprecated: set "watcher.poll"/);
  warn.mock.restore();
});

test('old options are moved', () => {
  const warn = mock.method(console, 'warn', () => {});
  const result = normalize({ outFile: 'x.js', banner: '//', input: 'a.js' });
  assert.deepEqual(result, { banner: '//', input: 'a.js', output: { file: 'x.js' }, schema: 1 });
  assert.ok(warn.mock.callCount() > 0);
  warn.mock.restore();
});

test('the schema of new options', () => {
  const options = {};
  for (let i = 0; i < 60; i++) options[`plugin${i}`] = { enabled: i % 2 === 0 };
  assert.equal(normalize(options).schema, 2);
});
