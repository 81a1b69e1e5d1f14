import test from 'node:test';
import assert from 'node:assert/strict';
import { create, instantiate, render } from '../src/templates.js';

test('the author is set', () => {
  assert.equal(create('note', 'ann').author, 'ann');
});

test('the template has no author', () => {
  const template = { title: 't', blocks: [{ type: 'text', lines: ['x'] }] };
  instantiate(template, 'bob');
  assert.deepEqual(template, { title: 't', blocks: [{ type: 'text', lines: ['x'] }] });
});

test('own lines', () => {
  const lines = Array.from({ length: 60 }, (_, i) => `line ${i}`);
  assert.equal(create('weekly', 'ann', lines).blocks.length, 62);
  assert.equal(create('weekly', 'ann').blocks.length, 2);
});

test('rendering', () => {
  assert.equal(render(create('weekly', 'ann', ['Thanks'])), '# Weekly report\n\nby ann\n\nDone:\nNext:\n\nTask | Hours\n\nThanks');
});

test('unknown templates', () => {
  assert.throws(() => create('daily', 'ann'), /no template daily/);
});
