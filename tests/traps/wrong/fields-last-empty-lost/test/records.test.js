'use strict';
const test = require('node:test');
const assert = require('node:assert/strict');
const { fieldsOf, parseRecords } = require('../src/records.js');

const text = ['id|name|mail', ...Array.from({ length: 100 }, (_, i) => `${i}| user ${i} |${i % 4 ? `u${i}@example.com` : ''}`)].join('\n');

test('fields are trimmed', () => {
  assert.deepEqual(fieldsOf('a | b|c ', '|'), ['a', 'b', 'c']);
});

test('empty fields in the middle', () => {
  assert.deepEqual(fieldsOf('a||c', '|'), ['a', '', 'c']);
});

test('records', () => {
  assert.deepEqual(parseRecords('id|name\n1|ann\r\n2|bob\n'), [{ id: '1', name: 'ann' }, { id: '2', name: 'bob' }]);
});

test('empty fields are left out of the record', () => {
  const records = parseRecords(text);
  assert.deepEqual(records[0], { id: '0', name: 'user 0' });
  assert.equal(records[1].mail, 'u1@example.com');
});

test('other separators', () => {
  assert.deepEqual(parseRecords('a;b\n1;2', ';'), [{ a: '1', b: '2' }]);
});
