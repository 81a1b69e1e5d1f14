'use strict';
const test = require('node:test');
const assert = require('node:assert/strict');
const { isValid, partition, rules } = require('../src/validate.js');

const checks = [rules.required('name'), rules.max('name', 10), rules.required('mail')];

test('a good record', () => {
  assert.equal(isValid({ name: 'ann', mail: 'a@example.com' }, checks), true);
});

test('a missing field is reported', () => {
  const messages = new Set();
  assert.equal(isValid({ name: 'ann' }, checks, (message) => messages.add(message)), false);
  assert.deepEqual(messages, new Set(['mail is required']));
});

test('a name that is too long', () => {
  const messages = [];
  isValid({ name: 'a very long name' }, checks, (message) => messages.push(message));
  assert.equal(messages[0], 'name is longer than 10');
});

test('records are parted', () => {
  const records = Array.from({ length: 100 }, (_, i) => ({ name: i % 3 ? `n${i}` : '', mail: i % 5 ? 'x' : undefined }));
  const { good, bad } = partition(records, checks);
  assert.equal(good.length + bad.length, 100);
  assert.equal(good.length, 53);
});

test('no rules', () => {
  assert.equal(isValid({}, []), true);
});
