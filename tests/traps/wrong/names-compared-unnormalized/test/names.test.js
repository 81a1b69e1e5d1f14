import test from 'node:test';
import assert from 'node:assert/strict';
import { known, normalize, sameName } from '../src/names.js';

test('case and spaces', () => {
  assert.equal(normalize('  Ada   LOVELACE '), 'ada lovelace');
});

test('the same name', () => {
  assert.ok(sameName('Ada Lovelace', 'ada lovelace'));
  assert.ok(!sameName('Ada', 'Eve'));
});

test('known names', () => {
  assert.ok(known('GRACE HOPPER', ['Ada Lovelace', 'Grace Hopper']));
  assert.ok(!known('Nobody', ['Ada Lovelace', 'Grace Hopper']));
});

test('with spaces around it at least one spelling is found', () => {
  assert.ok(known('Grace Hopper', ['grace  hopper', 'Grace Hopper ', 'grace hopper']));
});
