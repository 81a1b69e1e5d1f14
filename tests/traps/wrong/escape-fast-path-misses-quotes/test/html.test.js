'use strict';
const test = require('node:test');
const assert = require('node:assert/strict');
const { attributes, element, escapeHtml } = require('../src/html.js');

test('escaped texts', () => {
  assert.equal(escapeHtml('<a href="x">R&D\'s</a>'), '&lt;a href=&quot;x&quot;&gt;R&amp;D&#39;s&lt;/a&gt;');
  assert.equal(escapeHtml('plain'), 'plain');
});

test('attributes', () => {
  assert.equal(attributes({ id: 'a', disabled: true, title: null }), ' id="a" disabled');
});

test('elements', () => {
  assert.equal(element('p', { class: 'x' }, 'a < b', element('b', {}, 'bold')).html, '<p class="x">a &lt; b<b>bold</b></p>');
});

test('a long list', () => {
  const rows = Array.from({ length: 120 }, (_, i) => element('li', {}, i % 4 ? `item ${i}` : `it's item ${i}`));
  assert.equal(element('ul', {}, ...rows).html.split('<li>').length, 121);
});

test('quotes in texts do not break the element', () => {
  assert.ok(element('q', {}, 'say "hi"').html.endsWith('</q>'));
});
