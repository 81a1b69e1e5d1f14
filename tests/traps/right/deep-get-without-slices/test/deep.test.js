'use strict';
const test = require('node:test');
const assert = require('node:assert/strict');
const { get, getIn, parsePath, pluck } = require('../src/deep.js');

const records = Array.from({ length: 80 }, (_, i) => ({ id: i, meta: { tags: [{ name: `t${i}`, style: { color: 'red' } }] } }));

test('paths', () => {
  assert.deepEqual(parsePath('a.b[0].c'), ['a', 'b', '0', 'c']);
});

test('nested values', () => {
  assert.equal(get({ a: { b: [{ c: 7 }] } }, 'a.b[0].c'), 7);
});

test('missing steps', () => {
  assert.equal(get({ a: null }, 'a.b.c', 'none'), 'none');
  assert.equal(getIn(undefined, ['a', 'b']), undefined);
});

test('columns of records', () => {
  assert.equal(pluck(records, 'meta.tags[0].style.color').filter((color) => color === 'red').length, 80);
  assert.equal(pluck(records, 'meta.tags[0].name')[79], 't79');
});

test('the empty path', () => {
  assert.equal(get(5, ''), 5);
});
