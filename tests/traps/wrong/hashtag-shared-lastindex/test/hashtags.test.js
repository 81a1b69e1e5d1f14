import test from 'node:test';
import assert from 'node:assert/strict';
import { isHashtag, splitPost, trending } from '../src/hashtags.js';

const posts = Array.from({ length: 80 }, (_, i) => `Post ${i} about #topic${i % 4} and more #news today`);

test('what is a tag', () => {
  assert.equal(isHashtag('#café'), true);
  assert.equal(isHashtag('#a'), false);
  assert.equal(isHashtag('#ok_1'), true);
  assert.equal(isHashtag('plain'), false);
});

test('tags and words', () => {
  assert.deepEqual(splitPost('Read this #Today please'), { tags: ['today'], words: ['Read', 'this', 'please'] });
});

test('no tags', () => {
  assert.deepEqual(splitPost('  nothing here '), { tags: [], words: ['nothing', 'here'] });
});

test('trending tags', () => {
  assert.deepEqual(trending(posts, 1), ['news']);
});

test('several tags in a row are all gone from the words or kept as tags', () => {
  const { tags, words } = splitPost('#one #two #three');
  assert.equal(tags.length + words.length, 3);
});
