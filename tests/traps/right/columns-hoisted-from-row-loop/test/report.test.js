import test from 'node:test';
import assert from 'node:assert/strict';
import { header, renderRows, toCsv } from '../src/report.js';

const schema = {
  total: { order: 9, title: 'Total' },
  name: { order: 1, title: 'Name' },
  city: { order: 2 },
  secret: { order: 3, hidden: true },
  street: { order: 4 },
  phone: { order: 5 },
  mail: { order: 6 },
};
const rows = Array.from({ length: 100 }, (_, i) => ({ name: `n${i}`, city: i % 3 ? 'Bern' : undefined, total: i * 2, secret: 'x' }));

test('the header', () => {
  assert.equal(header(schema), 'Name;city;street;phone;mail;Total');
});

test('rows', () => {
  assert.deepEqual(renderRows([{ name: 'a', total: 1 }], { total: { order: 2 }, name: { order: 1 } }), ['a;1']);
});

test('hidden columns', () => {
  assert.ok(!toCsv(rows, schema).includes('x;'));
});

test('a full report', () => {
  const lines = toCsv(rows, schema).split('\n');
  assert.equal(lines.length, 101);
  assert.equal(lines[5], 'n4;Bern;;;;8');
});

test('no rows', () => {
  assert.equal(toCsv([], { a: { order: 1 } }), 'a');
});
