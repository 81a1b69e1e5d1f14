'use strict';
const test = require('node:test');
const assert = require('node:assert/strict');
const { convert, parseAll } = require('../src/units.js');

const near = (a, b) => assert.ok(Math.abs(a - b) < 1e-9 * Math.abs(b), `${a} is not ${b}`);

test('metric', () => {
  near(convert(2.5, 'km', 'm'), 2500);
  near(convert(30, 'mm', 'cm'), 3);
});

test('imperial', () => {
  near(convert(1, 'mi', 'ft'), 5280);
});

test('unknown units', () => {
  assert.throws(() => convert(1, 'parsec', 'm'), { name: 'RangeError', message: /unknown unit "parsec"/ });
  assert.throws(() => convert(1, 'm', 'ell'), RangeError);
});

test('texts', () => {
  const texts = Array.from({ length: 100 }, (_, i) => `${i + 1} ${['mm', 'cm', 'm', 'in'][i % 4]}`);
  const metres = parseAll(texts, 'm');
  near(metres[2], 3);
  near(metres[99], 100 * 0.0254);
});

test('texts that are no lengths', () => {
  assert.throws(() => parseAll(['far'], 'm'), SyntaxError);
});
