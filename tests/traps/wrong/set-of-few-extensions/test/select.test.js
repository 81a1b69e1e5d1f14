'use strict';
const test = require('node:test');
const assert = require('node:assert/strict');
const { chosen, extension, parseOption, select } = require('../src/select.js');

test('extensions', () => {
  assert.equal(extension('a.test.js'), '.js');
  assert.equal(extension('.npmrc'), '');
});

test('options', () => {
  assert.deepEqual(parseOption('js, .ts,,mjs'), ['.js', '.ts', '.mjs']);
});

test('chosen names', () => {
  assert.deepEqual(select(['a.js', 'b.css', 'c.ts'], ['.js', '.ts']), ['a.js', 'c.ts']);
  assert.deepEqual(select(['a.js', 'b.css'], ['.css']), ['b.css']);
});

test('several folders', () => {
  for (let i = 0; i < 30; i++) {
    const names = [`m${i}.js`, `m${i}.css`, `m${i}.md`, 'index.html'];
    assert.equal(chosen(names, i % 2 ? 'js,css' : 'md'), i % 2 ? 2 : 1);
  }
});

test('nothing wanted', () => {
  assert.deepEqual(select(['a.js', 'b.js'], []), []);
});
