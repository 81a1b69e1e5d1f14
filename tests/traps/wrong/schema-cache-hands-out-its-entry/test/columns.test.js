'use strict';
const test = require('node:test');
const assert = require('node:assert/strict');
const { createTable, parseColumns } = require('../src/columns.js');

const wide = Array.from({ length: 40 }, (_, i) => `c${i}:${['int', 'text', 'date'][i % 3]}${i % 4 ? '' : ' required'}`).join(', ');

test('columns', () => {
  assert.deepEqual(parseColumns('id:int unique, name'), [
    { name: 'id', type: 'int', required: false, unique: true },
    { name: 'name', type: 'text', required: false, unique: false },
  ]);
});

test('unknown types', () => {
  assert.throws(() => parseColumns('id:integer'), /unknown type integer of column id/);
});

test('a table', () => {
  assert.equal(createTable('t', 'id:int required unique'), 'create table t (\n  id int not null unique\n);');
});

test('the columns belong to the caller', () => {
  const columns = parseColumns(wide);
  columns.push({ name: 'extra', type: 'int', required: false, unique: false });
  assert.equal(columns.length, 41);
});

test('a wide table has one line a column', () => {
  const text = createTable('wide', `${wide}, last:bool`);
  assert.equal(text.split('\n').length, 43);
});

test('the same definition for two tables', () => {
  assert.equal(createTable('a', 'id:int'), 'create table a (\n  id int\n);');
  assert.equal(createTable('b', 'id:int'), 'create table b (\n  id int\n);');
});
