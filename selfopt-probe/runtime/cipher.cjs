'use strict';
/**
 * cipher.cjs: other values of the same look: what a value-keyed cache has not
 * seen before, and what a function does the same work for.
 *
 * A cipher maps texts to texts and numbers to numbers. How far it goes is its
 * *level*, because what keeps the work of one function the same (other letters)
 * makes another one throw (a name of a locale). Small whole numbers stay: they
 * are lengths, positions and flags, and their kinds are few in production too.
 *
 * Invariants: a cipher is a function of its seed and level; equal values stay
 * equal and different ones different; lengths, the place and kind of every
 * character and, for numbers, sign and order stay; in the levels without `tail`
 * a part of a text stays a part of it. What is used here was captured before
 * project code was loaded.
 */
const { base64: bytesText, bytesFrom, charCodeAt, slice } = require('./primordials.cjs');
const { createRandom } = require('./reservoir.cjs');

const { abs, floor } = Math;
const { isInteger, isSafeInteger } = Number;
const Bytes = Uint8Array;
const Units = Uint16Array;

/** From the largest change to the smallest. */
const LEVELS = [
  { letters: true, digits: true, tail: false, numbers: true },
  { letters: true, digits: true, tail: false, numbers: false },
  { letters: true, digits: false, tail: false, numbers: false },
  { letters: false, digits: true, tail: false, numbers: false },
  { letters: false, digits: false, tail: true, numbers: true },
  { letters: false, digits: false, tail: true, numbers: false },
  { letters: false, digits: false, tail: false, numbers: true },
];

/** Whole numbers below this stay as they are. */
const LEAST_NUMBER = 1000;
/** A number moves by this part of itself at most. */
const NUMBER_SHARE = 1 / 64;
/** Digits of the last run of a text that change. */
const TAIL_DIGITS = 3;

const isDigit = (unit) => unit >= 48 && unit <= 57;

/** A text of these units, not one that the engine has yet to put together. */
function flat(units, wide) {
  if (wide) return bytesText(bytesFrom(units.buffer, 0, units.length * 2), 'utf16le');
  const bytes = new Bytes(units.length);
  for (let i = 0; i < units.length; i += 1) bytes[i] = units[i];
  return bytesText(bytesFrom(bytes.buffer, 0, bytes.length), 'latin1');
}

/** A permutation of `count` numbers. */
function permutation(count, random) {
  const order = new Units(count);
  for (let i = 0; i < count; i += 1) order[i] = i;
  for (let i = count - 1; i > 0; i -= 1) {
    const other = floor(random() * (i + 1));
    const kept = order[i];
    order[i] = order[other];
    order[other] = kept;
  }
  return order;
}

/**
 * @param {number} seed
 * @param {number} level index into `LEVELS`
 * @returns {{text: (value: string) => string, number: (value: number) => number}}
 */
function createCipher(seed, level) {
  const { letters, digits, tail, numbers } = LEVELS[level];
  const random = createRandom(seed);
  const table = new Units(128);
  for (let i = 0; i < 128; i += 1) table[i] = i;
  if (digits) {
    const order = permutation(10, random);
    for (let i = 0; i < 10; i += 1) table[48 + i] = 48 + order[i];
  }
  if (letters) {
    // Upper and lower case alike: texts that are equal but for case stay so.
    const order = permutation(26, random);
    for (let i = 0; i < 26; i += 1) {
      table[65 + i] = 65 + order[i];
      table[97 + i] = 97 + order[i];
    }
  }
  const shift = random();
  const part = random();

  /** Counts the last run of digits on, within its length. */
  const count = (value, units) => {
    let end = value.length;
    while (end > 0 && !isDigit(units[end - 1])) end -= 1;
    let start = end;
    while (start > 0 && end - start < TAIL_DIGITS && isDigit(units[start - 1])) start -= 1;
    if (end - start < 2) return;
    const size = end - start === 2 ? 100 : 1000;
    const counted = `${size + ((+slice(value, start, end) + 1 + floor(shift * (size - 1))) % size)}`;
    for (let i = start; i < end; i += 1) units[i] = charCodeAt(counted, 1 + i - start);
  };

  const text = (value) => {
    if (value === '' || !(letters || digits || tail)) return value;
    const units = new Units(value.length);
    let wide = false;
    for (let i = 0; i < value.length; i += 1) {
      const unit = charCodeAt(value, i);
      units[i] = unit < 128 ? table[unit] : unit;
      if (unit > 255) wide = true;
    }
    if (tail) count(value, units);
    return flat(units, wide);
  };

  const number = (value) => {
    if (!numbers || value === 0) return value;
    if (!isInteger(value)) return value * (1 + part * NUMBER_SHARE);
    const size = abs(value);
    if (size < LEAST_NUMBER || !isSafeInteger(value * 2)) return value;
    // The same for all numbers of as many digits, so that their distances stay.
    let unit = LEAST_NUMBER;
    while (unit * 10 <= size) unit *= 10;
    const moved = size + 1 + floor(part * unit * NUMBER_SHARE * 8);
    if ((size < 2147483648) !== (moved < 2147483648)) return value;
    return value < 0 ? -moved : moved;
  };

  return { text, number };
}

module.exports = { LEVELS, createCipher };
