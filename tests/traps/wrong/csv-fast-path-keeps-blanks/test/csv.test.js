import test from 'node:test';
import assert from 'node:assert/strict';
import { parse, parseLine, total } from '../src/csv.js';

test('quoted fields', () => {
  assert.deepEqual(parseLine('"a, b",c," d"'), ['a, b', 'c', ' d']);
  assert.deepEqual(parseLine('"say ""hi""",x'), ['say "hi"', 'x']);
});

test('empty fields', () => {
  assert.deepEqual(parseLine('a,,'), ['a', '', '']);
});

test('rows', () => {
  assert.deepEqual(parse('id,name\n1,"Ann"\n2,Bob'), [{ id: '1', name: 'Ann' }, { id: '2', name: 'Bob' }]);
});

test('a column of numbers', () => {
  const lines = Array.from({ length: 100 }, (_, i) => `${i}, ${i * 2} ,x`);
  assert.equal(total(['n,value,rest', ...lines].join('\n'), 'value'), 9900);
});

test('other delimiters', () => {
  assert.deepEqual(parseLine('a;b', ';'), ['a', 'b']);
});
