import test from 'node:test';
import assert from 'node:assert/strict';
import { basket, gross, net } from '../src/vat.js';

test('gross prices', () => {
  assert.equal(gross(1000, 19), 1190);
  assert.equal(gross(1999, 19), 2379);
});

test('net prices', () => {
  assert.equal(net(1190, 19), 1000);
});

test('a basket', () => {
  assert.deepEqual(basket([{ cents: 100, percent: 7, count: 3 }, { cents: 200, percent: 19 }]), { total: 559, taxes: { 7: 21, 19: 38 } });
});

test('many items', () => {
  const items = Array.from({ length: 90 }, () => ({ cents: 100, percent: 10 }));
  assert.equal(basket(items).total, 9900);
});
