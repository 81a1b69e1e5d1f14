import test from 'node:test';
import assert from 'node:assert/strict';
import { parseIni, stringifyIni } from '../src/ini.js';

test('sections', () => {
  assert.deepEqual(parseIni('a=1\n[db]\nhost = localhost\n; comment\nport=1'), { '': { a: '1' }, db: { host: 'localhost', port: '1' } });
});

test('a section that comes twice', () => {
  assert.deepEqual(parseIni('[x]\na=1\n[y]\n[x]\nb=2').x, { a: '1', b: '2' });
});

test('there and back', () => {
  const sections = { '': { v: '2' } };
  for (let i = 0; i < 40; i++) sections[`s${i}`] = { key: `value ${i}`, other: '=' };
  assert.deepEqual(parseIni(stringifyIni(sections)), sections);
});

test('nothing', () => {
  assert.deepEqual(parseIni(''), { '': {} });
});
