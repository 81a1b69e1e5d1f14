import test from 'node:test';
import assert from 'node:assert/strict';
import { create, list, render, withProps } from '../src/nodes.js';

test('nodes', () => {
  assert.equal(render(create('p', { id: 'a' })), '<p id="a">');
});

test('keys', () => {
  assert.equal(create('li', {}, 7)[Symbol.for('key')], 7);
});

test('more props', () => {
  assert.equal(render(withProps(create('p', { id: 'a' }), { class: 'x' })), '<p id="a" class="x">');
});

test('the node stays', () => {
  const node = create('p', { id: 'a' });
  withProps(node, { id: 'b' });
  assert.equal(node.id, 'a');
});

test('a list', () => {
  const nodes = list('li', Array.from({ length: 100 }, (_, i) => ({ id: i })), { class: 'row' });
  assert.equal(nodes.length, 100);
  assert.equal(render(nodes[42]), '<li id="42" class="row">');
});
