import test from 'node:test';
import assert from 'node:assert/strict';
import { copy, Drafts } from '../src/drafts.js';

const document = (i) => ({ id: i, title: `Draft ${i}`, blocks: Array.from({ length: i % 6 }, (_, j) => ({ type: 'text', lines: [`line ${j}`, 'end'] })) });

test('a copy', () => {
  const original = document(5);
  const other = copy(original);
  other.blocks[0].lines.push('x');
  assert.equal(original.blocks[0].lines.length, 2);
});

test('versions', () => {
  const drafts = new Drafts();
  for (let i = 0; i < 80; i++) assert.equal(drafts.save(document(i)), i);
  assert.equal(drafts.titles()[79], 'Draft 79');
});

test('restored versions are copies', () => {
  const drafts = new Drafts();
  drafts.save(document(4));
  drafts.restore(0).title = 'changed';
  assert.deepEqual(drafts.titles(), ['Draft 4']);
});

test('unknown versions', () => {
  assert.throws(() => new Drafts().restore(3), RangeError);
});
