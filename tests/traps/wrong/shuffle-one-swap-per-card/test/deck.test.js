'use strict';
const test = require('node:test');
const assert = require('node:assert/strict');
const { deal, newDeck, shuffle } = require('../src/deck.js');

test('a deck', () => {
  assert.equal(new Set(newDeck()).size, 52);
});

test('no card is lost', () => {
  assert.deepEqual(shuffle(newDeck()).sort(), newDeck().sort());
});

test('the argument stays', () => {
  const cards = newDeck();
  shuffle(cards);
  assert.deepEqual(cards, newDeck());
});

test('hands', () => {
  const hands = deal(['ann', 'bob', 'cid'], 7);
  assert.equal(new Set(Object.values(hands).flat()).size, 21);
});

test('too many players', () => {
  assert.throws(() => deal(Array(11).fill('x'), 5), RangeError);
});

test('a single card', () => {
  assert.deepEqual(shuffle(['joker']), ['joker']);
});
