'use strict';
/**
 * special-names.cjs: names that every object has (`__proto__`, `constructor`, ...) and texts of special
 * order (`10`, the empty text) in the place of a text of an input. Who keys a plain object by texts goes
 * wrong on such names and on no others, and no test has one.
 *
 * A special name is a kind of its own (kinds.cjs), because many programs do not mean to take one. Whether
 * this one does is asked of the base: each special name has a neighbour, an ordinary text of the same
 * length, characters and place in an order. Where the base does with the name what it does with the
 * neighbour, the name is a text like any other to it, and has to be one to the candidate.
 *
 * Invariants: a text is replaced wherever the input has it, so that what refers to each other still does;
 * nothing inside of instances of classes is changed; pure but for the encodings made here; every choice
 * comes from `random`.
 */
const { tidy } = require('./edit.cjs');

/** Names that every object has, and their neighbours. */
const PAIRS = [
  ['__proto__', '__protq__'], ['constructor', 'constructoq'], ['toString', 'toStrinq'], ['hasOwnProperty', 'hasOwnPropertq'],
];
const NEIGHBOURS = new Map(PAIRS);
/** Other texts: keys that come first in every plain object, and none at all. */
const ORDINARY = ['10', ''];
const NAMES = [...NEIGHBOURS.keys(), ...ORDINARY];
/** Texts of one path that one is taken of. */
const MOST_TEXTS = 64;

const { stringify } = JSON;
const split = Function.prototype.call.bind(String.prototype.split);
const join = Function.prototype.call.bind(Array.prototype.join);

/** Whether `list[at]` is a text that may be replaced. */
const isOpenText = (path, list, at, closed) => list !== null && !closed && path !== 'this' && typeof list[at] === 'string';

/**
 * The texts of an input that a name can stand for, by path: values, and keys of dictionaries.
 *
 * @param {object} encoding of `[this, ...args]`
 * @param {object} kinds of kinds.cjs
 * @returns {Map<string, string[]>}
 */
function textsOf(encoding, kinds) {
  const byPath = new Map();
  const add = (path, text) => {
    const known = byPath.get(path);
    if (known === undefined) byPath.set(path, [text]);
    else if (known.length < MOST_TEXTS) known.push(text);
  };
  kinds.walk(encoding, {
    tell(path, kind, list, at, closed) {
      if (isOpenText(path, list, at, closed)) add(path, list[at]);
    },
    object(path, node) {
      if (!kinds.isDictionary(path) || node.keys === undefined || node.attrs !== undefined) return;
      for (const key of node.keys) if (typeof key === 'string') add(`${path}{key}`, key);
    },
  });
  return byPath;
}

/**
 * A copy of an input that has `to` wherever it had the text `from`; `null` where a dictionary cannot hold
 * it in this place.
 *
 * @param {object} encoding
 * @param {object} kinds of kinds.cjs
 * @param {string} from
 * @param {string} to
 * @returns {object | null}
 */
function renamed(encoding, kinds, from, to) {
  const copy = tidy(encoding);
  let fits = true;
  kinds.walk(copy, {
    tell(path, kind, list, at, closed) {
      if (isOpenText(path, list, at, closed) && list[at] === from) list[at] = to;
    },
    object(path, node) {
      if (!kinds.isDictionary(path) || node.keys === undefined || node.attrs !== undefined) return;
      const at = node.keys.indexOf(from);
      if (at === -1) return;
      // Whole numbers come first in every object, wherever they are written.
      if (node.keys.includes(to) || !(NEIGHBOURS.has(to) || NEIGHBOURS.has(from))) fits = false;
      else node.keys[at] = to;
    },
  });
  return fits ? copy : null;
}

/**
 * Inputs in which one text is a special name, each name at each place in turn.
 *
 * @param {object[]} encodings typical inputs, the first that has a place is varied there
 * @param {object} kinds of kinds.cjs
 * @param {() => number} random
 * @returns {Iterable<{encoding: object, at: number, what: string, name: string | undefined}>}
 *   `at` is the number of the input that was varied, `name` is given for names that every object has
 */
function* specialNames(encodings, kinds, random) {
  const places = new Map();
  encodings.forEach((encoding, at) => {
    for (const [path, texts] of textsOf(encoding, kinds)) if (!places.has(path)) places.set(path, { at, texts });
  });
  for (const name of NAMES) {
    for (const [path, { at, texts }] of places) {
      const from = texts[Math.floor(random() * texts.length)];
      const encoding = from === name ? null : renamed(encodings[at], kinds, from, name);
      if (encoding === null) continue;
      yield { encoding, at, what: `${path}: special name ${stringify(name)}`, name: NEIGHBOURS.has(name) ? name : undefined };
    }
  }
}

/**
 * The same input with an ordinary text in the place of a special name.
 *
 * @param {object} encoding
 * @param {object} kinds of kinds.cjs
 * @param {string} name
 * @returns {object | null}
 */
function withNeighbour(encoding, kinds, name) {
  return renamed(encoding, kinds, name, NEIGHBOURS.get(name));
}

/**
 * The special names in turn, each with its neighbour.
 *
 * @param {number} turn a whole number
 * @returns {{name: string, neighbour: string}}
 */
function nameOfTurn(turn) {
  const [name, neighbour] = PAIRS[turn % PAIRS.length];
  return { name, neighbour };
}

/**
 * Whether two outcomes are the same but for the name, which is its neighbour in the second one.
 *
 * @param {any} special an outcome, as data
 * @param {any} ordinary an outcome, as data
 * @param {string} name
 * @returns {boolean}
 */
function isSameButName(special, ordinary, name) {
  const replaced = (text, from, to) => join(split(text, from), to);
  return stringify(special) === replaced(stringify(ordinary), NEIGHBOURS.get(name), name);
}

module.exports = { isSameButName, nameOfTurn, specialNames, withNeighbour };
