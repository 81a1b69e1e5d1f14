import test from 'node:test';
import assert from 'node:assert/strict';
import { pick, toResponse, viewFor } from '../src/fields.js';

const people = Array.from({ length: 80 }, (_, i) => {
  const person = { id: i, name: `p${i}`, joined: 2000 + i };
  if (i % 3 === 0) person.email = `p${i}@example.com`;
  if (i % 10 === 0) person.flags = ['staff'];
  return person;
});

test('picks the fields named', () => {
  assert.deepEqual(pick({ a: 1, b: 2, c: 3 }, ['c', 'a']), { c: 3, a: 1 });
});

test('guests do not see addresses', () => {
  assert.ok(!toResponse('guest', people).includes('@example.com'));
});

test('members see addresses where there are any', () => {
  const view = viewFor('member', people);
  assert.equal(view[3].email, 'p3@example.com');
  assert.equal(view[4].email, undefined);
});

test('the response leaves out what is not there', () => {
  const { items } = JSON.parse(toResponse('admin', people));
  assert.deepEqual(items[1], { id: 1, name: 'p1', joined: 2001 });
});

test('unknown roles', () => {
  assert.throws(() => viewFor('root', people), RangeError);
});
