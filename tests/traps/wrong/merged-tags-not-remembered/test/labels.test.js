import test from 'node:test';
import assert from 'node:assert/strict';
import { cloud, mergeTags, tagAll } from '../src/labels.js';

const notes = Array.from({ length: 60 }, (_, i) => ({ id: i, tags: i % 3 ? [`t${i % 4}`] : undefined }));

test('new tags come last', () => {
  assert.deepEqual(mergeTags(['work'], ['Home ', 'urgent']), ['work', 'home', 'urgent']);
});

test('known tags stay once', () => {
  assert.deepEqual(mergeTags(['work', 'home'], ['HOME']), ['work', 'home']);
});

test('all notes', () => {
  const tagged = tagAll(notes, ['archive', 't1', '']);
  assert.ok(tagged.every((note) => note.tags.includes('archive')));
  assert.equal(tagged[1].tags.length, 2);
});

test('a cloud', () => {
  assert.deepEqual(cloud(tagAll(notes, ['x'])), ['x', 't0', 't1', 't2', 't3']);
});

test('nothing to add', () => {
  assert.deepEqual(mergeTags(['a'], []), ['a']);
});
