'use strict';
const test = require('node:test');
const assert = require('node:assert/strict');
const { dispatch, matchRoute } = require('../src/router.js');

test('fixed paths', () => {
  assert.deepEqual(matchRoute('GET', '/users'), { name: 'users', params: {} });
});

test('parameters', () => {
  assert.deepEqual(matchRoute('GET', '/posts/on-maps/comments/12'), { name: 'comment', params: { slug: 'on-maps', number: '12' } });
});

test('methods', () => {
  assert.equal(matchRoute('PUT', '/users/3').name, 'update');
  assert.equal(matchRoute('DELETE', '/users/3'), null);
});

test('the rest of a path', () => {
  assert.equal(matchRoute('GET', '/files/img/a.png').params.rest, 'img/a.png');
});

test('many requests', () => {
  const requests = Array.from({ length: 100 }, (_, i) => ['GET', ['/', `/users/${i}`, '/nothing', `/files/${i}.txt`][i % 4]]);
  assert.deepEqual(dispatch(requests).slice(0, 4), ['home', 'user', 'not found', 'file']);
});
