'use strict';
const { test, mock } = require('node:test');
const assert = require('node:assert/strict');
const { channels, palette, resolve } = require('../src/colors.js');

test('notations', () => {
  assert.equal(resolve(' #FFF '), '#ffffff');
  assert.equal(resolve('#12ab34'), '#12ab34');
  assert.equal(resolve('Navy'), '#000080');
});

test('channels', () => {
  assert.deepEqual(channels('#102030'), [16, 32, 48]);
});

test('unknown names are black, with a warning', () => {
  const warn = mock.method(console, 'warn', () => {});
  assert.equal(resolve('mauve'), '#000000');
  assert.equal(warn.mock.callCount(), 1);
  warn.mock.restore();
});

test('a palette', () => {
  const warn = mock.method(console, 'warn', () => {});
  const colors = Array.from({ length: 90 }, (_, i) => ['red', '#f00', 'white', 'ivory', '#00000' + (i % 9)][i % 5]);
  assert.equal(palette(colors).length, 11);
  assert.ok(warn.mock.callCount() > 0);
  warn.mock.restore();
});

test('an empty palette', () => {
  assert.deepEqual(palette([]), []);
});
