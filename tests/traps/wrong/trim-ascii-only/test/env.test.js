'use strict';
const test = require('node:test');
const assert = require('node:assert/strict');
const { parseEnv, strip, unquote } = require('../src/env.js');

test('white space', () => {
  assert.equal(strip(' \t a b \r\n'), 'a b');
  assert.equal(strip(''), '');
});

test('quotes', () => {
  assert.equal(unquote('"a b"'), 'a b');
  assert.equal(unquote("'"), "'");
});

test('entries, comments, empty lines', () => {
  assert.deepEqual(parseEnv('# settings\nA=1\n\nB = "two words"\r\nC'), { A: '1', B: 'two words' });
});

test('a file that was pasted from a web page', () => {
  const env = parseEnv('HOST=localhost\nPORT=\u00a08080\nDEBUG=yes');
  assert.equal(Number(env.PORT), 8080);
  assert.equal(env.HOST, 'localhost');
});

test('many entries', () => {
  const text = Array.from({ length: 120 }, (_, i) => `  KEY_${i} = ${i * 2} `).join('\n');
  assert.equal(Object.keys(parseEnv(text)).length, 120);
});
