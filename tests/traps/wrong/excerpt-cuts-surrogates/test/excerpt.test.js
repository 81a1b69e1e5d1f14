'use strict';
const test = require('node:test');
const assert = require('node:assert/strict');
const { excerpt, feed, stripMarkup } = require('../src/excerpt.js');

test('markup is removed', () => {
  assert.equal(stripMarkup('<p>a <b>bold</b>\n word</p>'), 'a bold word');
});

test('short texts stay', () => {
  assert.equal(excerpt('<i>short</i>', 10), 'short');
});

test('long texts end in an ellipsis', () => {
  assert.equal(excerpt('one two three four', 9), 'one two…');
});

test('emoji', () => {
  const teaser = excerpt('Congratulations 🎉🎉🎉 to all of you out there', 18);
  assert.ok(teaser.startsWith('Congratulations'));
  assert.ok(teaser.endsWith('…'));
});

test('a feed', () => {
  const posts = Array.from({ length: 70 }, (_, i) => ({ id: i, html: `<p>Post number ${i}</p> ${'lorem ipsum '.repeat(i % 9)}` }));
  assert.ok(feed(posts).every(({ teaser }) => teaser.length <= 40));
});
