import test from 'node:test';
import assert from 'node:assert/strict';
import { byName, directory, parseName } from '../src/people.js';

const LAST = ['Meyer', 'van Dam', 'Adams', 'Óscar', 'Zimmer', 'de Vries', 'Ito'];
const lines = Array.from({ length: 105 }, (_, i) => `First${i % 11} ${LAST[i % 7]}`);

test('both ways to write a name', () => {
  assert.deepEqual(parseName('Dam, Jan'), { last: 'Dam', first: 'Jan' });
  assert.deepEqual(parseName('Jan van Dam'), { last: 'van Dam', first: 'Jan' });
  assert.deepEqual(parseName('Madonna'), { last: 'Madonna', first: '' });
});

test('the last name comes first', () => {
  assert.ok(byName({ last: 'Adams', first: 'Z' }, { last: 'Brown', first: 'A' }) < 0);
});

test('the first name decides among equal last names', () => {
  assert.ok(byName({ last: 'Ito', first: 'Mai' }, { last: 'Ito', first: 'Ken' }) > 0);
});

test('equal names', () => {
  assert.equal(byName({ last: 'Ito', first: 'Ken' }, { last: 'Ito', first: 'Ken' }), 0);
});

test('everybody is in the section of their letter', () => {
  const sections = directory(lines);
  assert.equal(sections.get('V').length, 15);
  assert.equal([...sections.values()].flat().length, 105);
});
