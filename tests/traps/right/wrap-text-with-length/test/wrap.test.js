import test from 'node:test';
import assert from 'node:assert/strict';
import { paragraphs, quote, wrap } from '../src/wrap.js';

const lorem = 'Lorem ipsum dolor sit amet, consectetur adipiscing elit, sed do eiusmod tempor incididunt ut labore. '.repeat(12);

test('lines', () => {
  assert.deepEqual(wrap('one two three four', 9), ['one two', 'three', 'four']);
});

test('long words', () => {
  assert.deepEqual(wrap('a extraordinarily b', 5), ['a', 'extraordinarily', 'b']);
});

test('no line is too long', () => {
  assert.ok(wrap(lorem, 60).every((line) => line.length <= 60));
  assert.equal(wrap(lorem, 60).join(' '), lorem.trim());
});

test('paragraphs', () => {
  assert.equal(paragraphs('a b\n\n\nc', 1), 'a\nb\n\nc');
});

test('quotes', () => {
  assert.equal(quote('x y'), '> x y');
  assert.equal(quote(lorem).split('\n').length, 19);
});
