'use strict';
const test = require('node:test');
const assert = require('node:assert/strict');
const { renderList, renderVisible, stripes } = require('../src/listview.js');

const items = Array.from({ length: 60 }, (_, i) => ({ text: `item ${i}`, hidden: i % 5 === 4 }));

test('stripes', () => {
  assert.equal(stripes({ text: 'a<b' }, 1), '<li class="odd">a&lt;b</li>');
});

test('hidden items are left out', () => {
  const html = renderList(items, 'All');
  assert.equal(html.match(/<li/g).length, 48);
  assert.ok(!html.includes('item 4<'));
});

test('a short list', () => {
  assert.equal(renderVisible([{ text: 'a' }, { text: 'b' }], (item, i) => `${i}${item.text}`), '0a\n1b');
});

test('the title is escaped', () => {
  assert.ok(renderList([], 'R&D').startsWith('<h2>R&amp;D</h2>'));
});

test('nothing to show', () => {
  assert.equal(renderVisible([{ text: 'x', hidden: true }], stripes), '');
});
