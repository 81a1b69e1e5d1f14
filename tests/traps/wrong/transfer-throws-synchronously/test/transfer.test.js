import test from 'node:test';
import assert from 'node:assert/strict';
import { openBank, transfer } from '../src/transfer.js';

test('money moves', async () => {
  const bank = openBank({ ann: 50, bob: 0 });
  assert.equal(await transfer(bank, { from: 'ann', to: 'bob', amount: 20 }), 30);
  assert.equal(bank.balances.get('bob'), 20);
  assert.deepEqual(bank.log, ['ann -> bob: 20']);
});

test('amounts are positive', async () => {
  const bank = openBank({ ann: 50, bob: 0 });
  await assert.rejects(async () => transfer(bank, { from: 'ann', to: 'bob', amount: 0 }), RangeError);
});

test('accounts exist', async () => {
  const bank = openBank({ ann: 50 });
  await assert.rejects(async () => transfer(bank, { from: 'ann', to: 'eve', amount: 1 }), /no account eve/);
});

test('no debts', async () => {
  const bank = openBank({ ann: 5, bob: 0 });
  await assert.rejects(transfer(bank, { from: 'ann', to: 'bob', amount: 6 }), /not enough/);
  assert.equal(bank.balances.get('ann'), 5);
});

test('many orders', async () => {
  const bank = openBank({ ann: 1000, bob: 1000 });
  for (let i = 1; i <= 40; i++) await transfer(bank, i % 2 ? { from: 'ann', to: 'bob', amount: i } : { from: 'bob', to: 'ann', amount: i });
  assert.equal(bank.balances.get('ann') + bank.balances.get('bob'), 2000);
});
