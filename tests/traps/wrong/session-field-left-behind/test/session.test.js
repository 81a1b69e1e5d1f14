'use strict';
const test = require('node:test');
const assert = require('node:assert/strict');
const { isLoggedIn, login, logout, serialize } = require('../src/session.js');

const ann = { name: 'ann', roles: ['editor'] };

test('login', () => {
  const session = login({ id: 's1' }, ann);
  assert.ok(isLoggedIn(session));
  assert.equal(session.token, 'ann-s1');
});

test('logout', () => {
  assert.ok(!isLoggedIn(logout(login({ id: 's1' }, ann))));
});

test('the cart stays', () => {
  const session = logout(login({ id: 's1', cart: [4, 5] }, ann));
  assert.deepEqual(session.cart, [4, 5]);
});

test('nothing private is stored', () => {
  assert.equal(serialize(logout(login({ id: 's1', cart: [] }, ann))), '{"id":"s1","cart":[]}');
});

test('many sessions', () => {
  const sessions = Array.from({ length: 80 }, (_, i) => ({ id: `s${i}`, cart: [i] }));
  for (const session of sessions) logout(login(session, ann));
  assert.ok(sessions.every((session) => !isLoggedIn(session)));
});
