import test from 'node:test';
import assert from 'node:assert/strict';
import { buildTree, collectIds, contains, size } from '../src/nodes.js';

const rows = Array.from({ length: 150 }, (_, i) => ({ id: i + 1, parent: i === 0 ? null : Math.floor((i + 1) / 3) || null }));

test('a tree', () => {
  assert.deepEqual(buildTree([{ id: 1, parent: null }, { id: 2, parent: 1 }]), {
    id: 0,
    children: [{ id: 1, children: [{ id: 2, children: [] }] }],
  });
});

test('a chain is in order', () => {
  assert.deepEqual(collectIds({ id: 1, children: [{ id: 2, children: [{ id: 3, children: [] }] }] }), [1, 2, 3]);
});

test('every node is there', () => {
  const tree = buildTree(rows);
  assert.equal(size(tree), 151);
  assert.ok(contains(tree, 77));
  assert.ok(!contains(tree, 999));
});

test('orphans', () => {
  assert.throws(() => buildTree([{ id: 1, parent: 5 }]), /node 1 has no parent 5/);
});

test('a leaf', () => {
  assert.deepEqual(collectIds({ id: 9, children: [] }), [9]);
});
