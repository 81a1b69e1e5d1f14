import test from 'node:test';
import assert from 'node:assert/strict';
import { attachAuthors, countRoles, indexById, parseUser } from '../src/users.js';

const users = Array.from({ length: 120 }, (_, i) => parseUser(`u${i}:User ${i}${i % 10 ? '' : ':admin'}`));

test('a line is a user', () => {
  assert.deepEqual(parseUser('7:Ann'), { id: '7', name: 'Ann', role: 'member' });
});

test('users by id', () => {
  const index = indexById(users);
  assert.equal(Object.keys(index).length, 120);
  assert.equal(index.u17.name, 'User 17');
});

test('the last one counts', () => {
  assert.equal(indexById([{ id: 'a', name: 'x' }, { id: 'b', name: 'y' }, { id: 'a', name: 'z' }]).a.name, 'z');
});

test('authors', () => {
  const posts = Array.from({ length: 40 }, (_, i) => ({ title: `t${i}`, authorId: `u${i * 4}` }));
  const attached = attachAuthors(posts, users);
  assert.equal(attached[3].author, 'User 12');
  assert.equal(attached[39].author, 'unknown');
});

test('roles', () => {
  assert.deepEqual(countRoles(users), new Map([['admin', 12], ['member', 108]]));
});
