'use strict';
const test = require('node:test');
const assert = require('node:assert/strict');
const { contentTypes, extensionOf } = require('../src/mime.js');

test('extensions', () => {
  assert.equal(extensionOf('/a.b/c.HTML'), 'html');
  assert.equal(extensionOf('/a.b/.profile'), '');
});

test('common types', () => {
  assert.deepEqual(contentTypes(['/index.html', '/site.css', '/app.js']), ['text/html', 'text/css', 'text/javascript']);
});

test('unknown types', () => {
  assert.deepEqual(contentTypes(['/a.md', '/b']), ['application/octet-stream', 'application/octet-stream']);
});
