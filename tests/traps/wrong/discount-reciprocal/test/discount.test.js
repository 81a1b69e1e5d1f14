'use strict';
const test = require('node:test');
const assert = require('node:assert/strict');
const { bestOffer, label, priceAfter } = require('../src/discount.js');

test('a half', () => {
  assert.equal(priceAfter(1000, 50), 500);
});

test('percent out of range', () => {
  assert.throws(() => priceAfter(1000, 101), RangeError);
  assert.throws(() => priceAfter(1000, NaN), RangeError);
});

test('the best offer that applies', () => {
  assert.equal(Math.round(bestOffer(5000, [{ percent: 10 }, { percent: 25, from: 4000 }, { percent: 60, from: 9000 }])), 3750);
});

test('labels', () => {
  assert.equal(label(1999, []), '19.99');
  assert.equal(label(1999, [{ percent: 20 }]), '15.99 instead of 19.99');
});

test('prices fall as percentages rise', () => {
  let last = Infinity;
  for (let percent = 0; percent <= 100; percent++) {
    const price = priceAfter(4990, percent);
    assert.ok(price < last);
    last = price;
  }
});
