'use strict';
/**
 * fragments.cjs: texts made from a text by putting in a few characters of which
 * one means something: to parsers, to terminals, or because it takes two units.
 *
 * A scanner that was made faster goes wrong at the edges of what it passes over:
 * a character beside a range, the unit behind a pair, the one that is remembered
 * from before. So each fragment is a special character, an ordinary one, and a
 * special one again.
 *
 * Invariants: every choice comes from `random`; no pair of units is taken apart,
 * so a text without lone surrogates has none afterwards, and it is not empty.
 */
const SPECIAL = [
  '\u{1F600}', '\n', '"', '\u{1F600}', '\\', "'", ' ', ':', '#', '\t', '\r', '\0',
  '\x7f', '\x1b', '\x80', '\u00e9', '\u00a0', '\u2028', '\ufeff', '\uffff', ',', '.', ';', '-',
  '_', '/', '*', '%', '&', '=', '+', '<', '>', '(', ')', '[',
  ']', '{', '}', '`', '@', '$', '!', '?', '|', '^', '~', '\u0130',
];
const ORDINARY = ['a', 'a', 'm', 'z', 'A', 'Z', '0', '9', ' '];

/** The special characters come in so many groups; each group has its turn. */
const GROUPS = 16;
const IN_GROUP = SPECIAL.length / GROUPS;

const { floor } = Math;
const charCodeAt = Function.prototype.call.bind(String.prototype.charCodeAt);
const slice = Function.prototype.call.bind(String.prototype.slice);

const pick = (list, random) => list[floor(random() * list.length)];

/** Whether the place in front of `at` is between two units of one character. */
function isInsidePair(text, at) {
  if (at === 0 || at >= text.length) return false;
  const [before, behind] = [charCodeAt(text, at - 1), charCodeAt(text, at)];
  return before >= 0xd800 && before <= 0xdbff && behind >= 0xdc00 && behind <= 0xdfff;
}

/**
 * @param {string} text
 * @param {number} turn a whole number; `GROUPS` turns in a row go through all special characters' groups
 * @param {() => number} random
 * @returns {string} the text with a fragment in it
 */
function withFragment(text, turn, random) {
  const first = SPECIAL[(turn % GROUPS) * IN_GROUP + floor(random() * IN_GROUP)];
  const fragment = first + pick(ORDINARY, random) + pick(SPECIAL, random);
  const at = floor(random() * (text.length + 1));
  const place = isInsidePair(text, at) ? at + 1 : at;
  return slice(text, 0, place) + fragment + slice(text, place);
}

module.exports = { GROUPS, withFragment };
