import test from 'node:test';
import assert from 'node:assert/strict';
import { parseName, pending, plan } from '../src/migrations.js';

const files = Array.from({ length: 70 }, (_, i) => `${String(i + 1).padStart(3, '0')}-step-${i + 1}.sql`);

test('names', () => {
  assert.deepEqual(parseName('004-add-users.sql'), { id: '004', title: 'add users', file: '004-add-users.sql' });
  assert.throws(() => parseName('readme.md'), /not a migration/);
});

test('applied migrations are skipped', () => {
  assert.deepEqual(pending([{ id: '001' }, { id: '002' }], new Set(['001'])), [{ id: '002' }]);
});

test('a fresh database runs everything', () => {
  const lines = plan([...files].reverse(), []);
  assert.equal(lines.length, 70);
  assert.equal(lines[0], 'run step 1');
});

test('a database that is up to date', () => {
  assert.deepEqual(plan(files, files.map((file) => file.slice(0, 3))), []);
});

test('a hole in the history', () => {
  assert.deepEqual(plan(files.slice(0, 4), ['001', '003']), ['run step 2', 'run step 4']);
});
