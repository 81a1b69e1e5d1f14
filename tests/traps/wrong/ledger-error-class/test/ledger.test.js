import test from 'node:test';
import assert from 'node:assert/strict';
import { balance, entry, parseLedger } from '../src/ledger.js';

test('an entry', () => {
  assert.deepEqual(entry('rent', -800.5, '2024-01-01'), { text: 'rent', cents: -80050, date: '2024-01-01' });
});

test('amounts that are none', () => {
  assert.throws(() => entry('rent', '12'), /amount of "rent" is not valid: 12/);
  assert.throws(() => entry('rent', undefined), /not valid/);
  assert.throws(() => entry('rent', Infinity), /not valid: Infinity/);
});

test('lines', () => {
  assert.equal(parseLedger(['2024-01-02\tfood\t12.34'])[0].cents, 1234);
  assert.throws(() => parseLedger(['2024-01-02\tfood\tmuch']), /not valid: NaN/);
});

test('the balance', () => {
  const lines = Array.from({ length: 120 }, (_, i) => `2024-02-01\te${i}\t${i % 2 ? -1.25 : 2.5}`);
  assert.equal(balance(parseLedger(lines)), 75);
});

test('no entries', () => {
  assert.equal(balance([]), 0);
});
