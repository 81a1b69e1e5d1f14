import test from 'node:test';
import assert from 'node:assert/strict';
import { describe, relativeTime, renderComments } from '../src/relative.js';

const DAY = 86400000;

test('units', () => {
  assert.equal(describe(30), 'just now');
  assert.equal(describe(61), '1 minute ago');
  assert.equal(describe(86400 * 15), '2 weeks ago');
  assert.equal(describe(31536000 * 3), '3 years ago');
});

test('the distance to now', () => {
  assert.equal(relativeTime(Date.now() - 3 * DAY - 5000), '3 days ago');
});

test('the future is now', () => {
  assert.equal(relativeTime(Date.now() + DAY), 'just now');
});

test('a thread of comments', () => {
  const start = Date.now() - 4 * DAY - 5000;
  const thread = Array.from({ length: 60 }, (_, i) => ({ author: `u${i % 5}`, at: start + (i % 4) * DAY, text: `comment ${i}` }));
  const lines = renderComments(thread);
  assert.equal(lines.length, 60);
  assert.equal(lines[0], 'u0, 4 days ago: comment 0');
  assert.equal(lines[3], 'u3, 1 day ago: comment 3');
});

test('no comments', () => {
  assert.deepEqual(renderComments([]), []);
});
