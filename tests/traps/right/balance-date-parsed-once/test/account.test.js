'use strict';
const test = require('node:test');
const assert = require('node:assert/strict');
const { Account } = require('../src/account.js');

function busy(n) {
  const account = new Account('ann');
  for (let i = 0; i < n; i++) account.add(`2024-${String(1 + (i % 12)).padStart(2, '0')}-${String(1 + (i % 28)).padStart(2, '0')}`, (i % 7) * 100 - 250);
  return account;
}

test('entries up to a day', () => {
  const account = new Account('bob').add('2024-01-10', 500).add('2024-02-01', -200).add('2024-01-05', 50);
  assert.equal(account.balanceAt('2024-01-31'), 550);
  assert.equal(account.balanceAt('2024-02-01'), 350);
});

test('before the first entry', () => {
  assert.equal(new Account('bob').add('2024-01-10', 500).balanceAt('2023-12-31'), 0);
});

test('months of a year', () => {
  const months = busy(200).months(2024);
  assert.equal(months.length, 12);
  assert.equal(months[11], busy(200).entries.reduce((sum, entry) => sum + entry.cents, 0));
});

test('nothing booked', () => {
  assert.equal(new Account('cid').balanceAt('2024-01-01'), 0);
});
