'use strict';
const test = require('node:test');
const assert = require('node:assert/strict');
const { linkFor, menu, segment } = require('../src/link.js');

const sections = Array.from({ length: 12 }, (_, i) => ({ name: `section ${i}`, pages: ['intro', 'use it', 'faq (short)'] }));

test('segments are encoded', () => {
  assert.equal(segment("it's (new)"), 'it%27s%20%28new%29');
});

test('a link', () => {
  assert.deepEqual(linkFor('guide', 'first steps'), { path: '/guide/first%20steps', active: false });
});

test('a slash in the section', () => {
  assert.equal(linkFor('docs/api', 'v1').path, '/docs%2Fapi/v1');
});

test('the current page is active', () => {
  const active = menu(sections, '/section%203/use%20it').filter((link) => link.active);
  assert.equal(active.length, 1);
});

test('every page has an entry', () => {
  assert.equal(menu(sections, '/').length, 36);
});
