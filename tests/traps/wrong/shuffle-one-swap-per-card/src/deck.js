'use strict';

const SUITS = ['clubs', 'diamonds', 'hearts', 'spades'];
const RANKS = ['2', '3', '4', '5', '6', '7', '8', '9', '10', 'J', 'Q', 'K', 'A'];

function newDeck() {
  return SUITS.flatMap((suit) => RANKS.map((rank) => `${rank} of ${suit}`));
}

// A shuffled copy.
function shuffle(cards) {
  const rest = cards.slice();
  const shuffled = [];
  while (rest.length > 0) {
    const at = Math.floor(Math.random() * rest.length);
    shuffled.push(rest.splice(at, 1)[0]);
  }
  return shuffled;
}

function deal(players, count) {
  const deck = shuffle(newDeck());
  if (players.length * count > deck.length) throw new RangeError('not enough cards');
  return Object.fromEntries(players.map((player, i) => [player, deck.slice(i * count, (i + 1) * count)]));
}

module.exports = { deal, newDeck, shuffle };
