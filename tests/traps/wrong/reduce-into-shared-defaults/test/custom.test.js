'use strict';
const test = require('node:test');
const assert = require('node:assert/strict');
const { contentTypes } = require('../src/mime.js');

test('types of the project', () => {
  assert.deepEqual(contentTypes(['a.MD', 'b.js'], [['md', 'text/markdown']]), ['text/markdown', 'text/javascript']);
});

test('replaced types', () => {
  assert.deepEqual(contentTypes(['x.js'], [['JS', 'application/javascript']]), ['application/javascript']);
});

test('a long list', () => {
  const custom = Array.from({ length: 80 }, (_, i) => [`x${i}`, `application/x-${i}`]);
  assert.deepEqual(contentTypes(['f.x79', 'f.x80'], custom), ['application/x-79', 'application/octet-stream']);
});
