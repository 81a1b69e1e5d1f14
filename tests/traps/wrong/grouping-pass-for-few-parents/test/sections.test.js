import test from 'node:test';
import assert from 'node:assert/strict';
import { emptySections, outline, withItems } from '../src/sections.js';

const sections = [{ id: 'a', title: 'Added' }, { id: 'f', title: 'Fixed' }];

test('items of their section', () => {
  const [added, fixed] = withItems(sections, [{ section: 'f', text: 'x' }, { section: 'a', text: 'y' }, { section: 'f', text: 'z' }]);
  assert.deepEqual(added.items, [{ section: 'a', text: 'y' }]);
  assert.equal(fixed.items.length, 2);
});

test('an outline', () => {
  assert.deepEqual(outline(sections, [{ section: 'a', text: 'new' }]), ['Added (1)', '  new', 'Fixed (0)']);
});

test('sections without items', () => {
  assert.deepEqual(emptySections(sections, [{ section: 'a', text: 'new' }]), ['Fixed']);
});

test('many releases', () => {
  for (let i = 0; i < 40; i++) {
    const items = [{ section: i % 2 ? 'f' : 'a', text: `t${i}` }];
    assert.equal(outline(sections, items).length, 3);
  }
});

test('no sections', () => {
  assert.deepEqual(withItems([], [{ section: 'a', text: 'x' }]), []);
});
