'use strict';
const test = require('node:test');
const assert = require('node:assert/strict');
const { ConfigError, merge, parseConfig } = require('../src/config.js');

test('an object', () => {
  assert.deepEqual(parseConfig('{"a": [1, 2]}', 'a.json'), { a: [1, 2] });
});

test('broken text', () => {
  assert.throws(() => parseConfig('{"a": 1,}', 'a.json'), Error);
  assert.throws(() => parseConfig('', 'a.json'), Error);
});

test('other values', () => {
  assert.throws(() => parseConfig('[1]', 'list.json'), new ConfigError('list.json', 'not an object'));
});

test('later files win', () => {
  assert.deepEqual(merge({ a: '{"x": 1, "y": 1}', b: '{"y": 2}' }), { x: 1, y: 2 });
});

test('many keys', () => {
  const text = JSON.stringify(Object.fromEntries(Array.from({ length: 150 }, (_, i) => [`k${i}`, { on: i % 2 === 0 }])));
  assert.equal(Object.keys(merge({ base: text, own: '{"k3": false}' })).length, 150);
});
