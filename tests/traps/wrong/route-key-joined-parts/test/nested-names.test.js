'use strict';
const test = require('node:test');
const assert = require('node:assert/strict');
const { linkFor } = require('../src/link.js');

test('a slash in the page', () => {
  assert.equal(linkFor('docs', 'api/v1').path, '/docs/api%2Fv1');
});
