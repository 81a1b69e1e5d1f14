'use strict';
/**
 * reservoir.cjs: an even, seeded sample of a row of things whose length is not
 * known, in bounded memory. Seeds come from text, so the same run samples the
 * same calls whatever the number of the process.
 *
 * Invariant: after things of weight w1, w2, ... were offered, each is in the
 * sample with a chance in proportion to its weight (Chao's method; for equal
 * weights, all have the same chance), and the first `capacity` are taken.
 */
const charCodeAt = Function.prototype.call.bind(String.prototype.charCodeAt);
const { floor, imul } = Math;

/**
 * 53 bits that depend on every character of the text and on the seed.
 * @param {string} text
 * @param {number} seed
 * @returns {number} a whole number
 */
function hashText(text, seed) {
  let a = 0xdeadbeef ^ seed;
  let b = 0x41c6ce57 ^ seed;
  for (let i = 0; i < text.length; i += 1) {
    const unit = charCodeAt(text, i);
    a = imul(a ^ unit, 2654435761);
    b = imul(b ^ unit, 1597334677);
  }
  a = imul(a ^ (a >>> 16), 2246822507) ^ imul(b ^ (b >>> 13), 3266489909);
  b = imul(b ^ (b >>> 16), 2246822507) ^ imul(a ^ (a >>> 13), 3266489909);
  return 4294967296 * (2097151 & b) + (a >>> 0);
}

/**
 * Numbers in [0, 1) from a seed.
 * @param {number} seed
 * @returns {() => number}
 */
function createRandom(seed) {
  let state = seed >>> 0;
  return function random() {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = imul(state ^ (state >>> 15), 1 | state);
    t = (t + imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/**
 * @param {number} capacity
 * @param {() => number} random
 * @returns {{offer: (weight: number) => number}} `offer` gives the place to put the thing at
 *   (from 0, a taken one is replaced), or -1
 */
function createReservoir(capacity, random) {
  let taken = 0;
  let total = 0;
  return {
    offer(weight) {
      total += weight;
      if (taken < capacity) {
        taken += 1;
        return taken - 1;
      }
      if (capacity === 0 || random() * total >= capacity * weight) return -1;
      return floor(random() * capacity);
    },
  };
}

module.exports = { hashText, createRandom, createReservoir };
