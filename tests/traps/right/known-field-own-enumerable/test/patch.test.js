import test from 'node:test';
import assert from 'node:assert/strict';
import { applyPatch, changedFields, hasField } from '../src/patch.js';

const record = Object.fromEntries(Array.from({ length: 250 }, (_, i) => [`field${i}`, i]));

test('own fields only', () => {
  assert.equal(hasField({ a: undefined }, 'a'), true);
  assert.equal(hasField({ a: 1 }, 'toString'), false);
  assert.equal(hasField({ a: 1 }, 'b'), false);
});

test('a patch', () => {
  assert.equal(applyPatch(record, { field3: 'x', field59: 'y', field249: 'z' }).field3, 'x');
  assert.equal(record.field3, 3);
});

test('unknown fields', () => {
  assert.throws(() => applyPatch(record, { field250: 1 }), /unknown field: field250/);
});

test('changes', () => {
  const after = applyPatch(record, { field7: -7, field8: 8 });
  assert.deepEqual(changedFields(record, after), ['field7']);
  assert.deepEqual(changedFields(record, { ...after, extra: 1 }), ['field7', 'extra']);
});
