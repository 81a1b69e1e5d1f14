import test from 'node:test';
import assert from 'node:assert/strict';
import { archive, groupByYear, parsePost } from '../src/posts.js';

const lines = Array.from({ length: 90 }, (_, i) => `${2025 - Math.floor(i / 15)}-0${1 + (i % 9)}-11 Post number ${i}`);

test('a line is a post', () => {
  assert.deepEqual(parsePost('2024-03-05 On maps and objects'), { year: 2024, month: 3, day: 5, title: 'On maps and objects' });
});

test('every post is in the group of its year', () => {
  for (const group of groupByYear(lines.map(parsePost))) {
    assert.ok(group.every((post) => post.year === group[0].year));
  }
});

test('posts keep their order inside of a group', () => {
  const group = groupByYear(lines.map(parsePost)).find(([post]) => post.year === 2023);
  assert.equal(group[0].title, 'Post number 30');
  assert.equal(group.length, 15);
});

test('the archive lists years from the latest', () => {
  assert.deepEqual(archive(lines).map((entry) => entry.year), [2025, 2024, 2023, 2022, 2021, 2020]);
});

test('no posts', () => {
  assert.deepEqual(archive([]), []);
});
