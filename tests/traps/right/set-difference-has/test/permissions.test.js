import test from 'node:test';
import assert from 'node:assert/strict';
import { check, missing, parseGrants } from '../src/permissions.js';

const all = Array.from({ length: 60 }, (_, i) => `module${i % 12}.action${Math.floor(i / 12)}`);

test('grants and denials', () => {
  assert.deepEqual(parseGrants('read, !write,'), new Map([['read', true], ['write', false]]));
});

test('what is missing', () => {
  assert.deepEqual(missing(new Set(['a', 'b', 'c']), new Map([['b', true]])), ['a', 'c']);
});

test('everything granted', () => {
  assert.deepEqual(check(all, all.join(',')), { ok: true, lacking: [], denied: [] });
});

test('something denied', () => {
  const result = check(all, all.map((name, i) => (i === 7 ? `!${name}` : name)).join(','));
  assert.deepEqual(result.denied, ['module7.action0']);
});

test('some missing', () => {
  assert.equal(check(all, all.filter((_, i) => i % 2).join(',')).lacking.length, 30);
});
