'use strict';
// One change to an input: what can be done at a place. Each function takes the encoding (changed in
// place), the place and `{random, pool}`, and says whether it changed anything.
//
// Invariants: pure but for the encoding given; every choice comes from `random`; what is inside of an
// instance of a class is never changed, because it belongs together.

const { HOLE, MINUS_ZERO, NAN, UNDEFINED, isNodeRef } = require('./graph-refs.cjs');
const { graft, hasPlainFields, openNodes, setFields, setItems } = require('./edit.cjs');

/** Elements of a list that was made larger: enough that a sort uses its way for long lists. */
const LARGER = 40;
/** Elements that do not fit on the stack as arguments of one call. */
const HUGE = 150000;
const UNICODE = ['\u00e9\u{1F600}', 'e\u0301', '\u{1F468}\u200d\u{1F469}', '\u0130\u00df', '\ud83d', '\u2028'];
const KEYS = ['__proto__', 'constructor', 'hasOwnProperty', 'toString'];
/** Characters that mean something in patterns, replacements, paths, numbers and markup. */
const SYNTAX = ['.', '(', '\\', '$&', '[^', '%', '&<"', '../', '1e3', '0x1'];

const pick = (list, random) => list[Math.floor(random() * list.length)];

/** Values of one list that another value may be related to. */
const RELATED = 64;

/** What a list holds in pieces: single elements, or pairs for a map. */
function piecesOf(node) {
  if (node.k !== 'map') return node.items.map((ref) => [ref]);
  const pieces = [];
  for (let i = 0; i < node.items.length; i += 2) pieces.push([node.items[i], node.items[i + 1]]);
  return pieces;
}

function setPieces(node, pieces) {
  const items = [];
  for (const piece of pieces) items.push(...piece);
  setItems(node, items);
}

/** A value of the same kind as a primitive, other than it. */
function otherPrimitive(ref, random) {
  if (typeof ref === 'number') return Number.isInteger(ref) ? ref + 1 + Math.floor(random() * 100) : ref + random();
  if (typeof ref === 'string') return `${ref}${String.fromCharCode(97 + Math.floor(random() * 26))}`;
  if (typeof ref === 'boolean') return !ref;
  return ref;
}

/** A copy of a piece in which one primitive field or the piece itself may be another one's or new. */
function relative(encoding, piece, pieces, random) {
  const copy = piece.map((ref) => graft(encoding, encoding, ref));
  const last = copy.length - 1;
  const at = isNodeRef(copy[last]) ? last : 0;
  const node = isNodeRef(copy[at]) ? encoding.nodes[copy[at][0]] : null;
  if (node === null) {
    const target = Math.floor(random() * copy.length);
    if (random() < 0.6) copy[target] = otherPrimitive(copy[target], random);
  } else if (hasPlainFields(node) && node.proto === undefined) {
    const field = Math.floor(random() * node.vals.length);
    const donor = pick(pieces, random)[at];
    const other = isNodeRef(donor) ? encoding.nodes[donor[0]] : null;
    const same = other !== null && other.keys !== undefined ? other.keys.indexOf(node.keys[field]) : -1;
    if (same !== -1 && random() < 0.5) node.vals[field] = graft(encoding, encoding, other.vals[same]);
    else node.vals[field] = otherPrimitive(node.vals[field], random);
  }
  return copy;
}

/** Changes to lists: arrays, sets and maps. */
const listChanges = {
  empty: (encoding, { node }) => shorten(node, 0),
  one: (encoding, { node }) => shorten(node, 1),
  two: (encoding, { node }) => shorten(node, 2),
  half: (encoding, { node }) => shorten(node, Math.ceil(piecesOf(node).length / 2)),
  larger(encoding, place, { random, pool }) {
    const pieces = piecesOf(place.node);
    if (pieces.length === 0) {
      if (place.node.k === 'map') return false;
      const donor = pool(`${place.path}[]`, random);
      if (donor === null) return false;
      pieces.push([graft(encoding, donor.encoding, donor.ref)]);
    }
    const known = pieces.slice();
    const added = Math.min(LARGER * 4, Math.max(known.length, random() < 0.5 ? LARGER : 5));
    for (let i = 0; i < added; i += 1) pieces.push(relative(encoding, pick(known, random), known, random));
    setPieces(place.node, pieces);
    return true;
  },
  huge(encoding, { node }) {
    const { items } = node;
    if (node.k !== 'array' || items.length === 0 || items.some(isNodeRef)) return false;
    setItems(node, Array.from({ length: HUGE }, (_, i) => items[i % items.length]));
    return true;
  },
  duplicate(encoding, { node }, { random }) {
    const pieces = piecesOf(node);
    if (pieces.length === 0 || node.k !== 'array') return false;
    const copy = [graft(encoding, encoding, pick(pieces, random)[0])];
    pieces.splice(Math.floor(random() * (pieces.length + 1)), 0, copy);
    setPieces(node, pieces);
    return true;
  },
  alias(encoding, { node }, { random }) {
    const nodes = piecesOf(node).filter(([ref]) => isNodeRef(ref));
    if (nodes.length === 0 || node.k !== 'array') return false;
    setPieces(node, piecesOf(node).concat([pick(nodes, random).slice()]));
    return true;
  },
  equal(encoding, { node }) {
    const pieces = piecesOf(node);
    if (pieces.length < 2 || node.k !== 'array') return false;
    setPieces(node, pieces.map((piece, i) => (i === 0 ? piece : [graft(encoding, encoding, pieces[0][0])])));
    return true;
  },
  reverse(encoding, { node }) {
    setPieces(node, piecesOf(node).reverse());
    return node.items.length > 1;
  },
  shuffle(encoding, { node }, { random }) {
    const pieces = piecesOf(node);
    for (let i = pieces.length - 1; i > 0; i -= 1) {
      const j = Math.floor(random() * (i + 1));
      [pieces[i], pieces[j]] = [pieces[j], pieces[i]];
    }
    setPieces(node, pieces);
    return pieces.length > 1;
  },
  /** Sets one field of all elements to the value of the first, so that only other fields tell them apart. */
  ties(encoding, { node }, { random }) {
    const elements = piecesOf(node).map((piece) => piece[piece.length - 1]).filter(isNodeRef).map((ref) => encoding.nodes[ref[0]]);
    const records = elements.filter((element) => hasPlainFields(element) && element.proto === undefined);
    if (records.length < 2) return false;
    const key = pick(records[0].keys, random);
    const value = records[0].vals[records[0].keys.indexOf(key)];
    for (const record of records) {
      const at = record.keys.indexOf(key);
      if (at !== -1 && random() < 0.8) record.vals[at] = graft(encoding, encoding, value);
    }
    return true;
  },
  hole: (encoding, { node }, { random }) => node.k === 'array' && insert(node, HOLE, random),
  'undefined element': (encoding, { node }, { random }) => node.k !== 'map' && insert(node, UNDEFINED, random),
  'null element': (encoding, { node }, { random }) => node.k !== 'map' && insert(node, null, random),
  'NaN element': (encoding, { node }, { random }) => node.k !== 'map' && insert(node, NAN, random),
  '-0 element': (encoding, { node }, { random }) => node.k !== 'map' && insert(node, MINUS_ZERO, random),
  'special key': (encoding, { node }, { random }) => node.k !== 'map' && insert(node, pick(KEYS, random), random),
  'special map key'(encoding, { node }, { random }) {
    if (node.k !== 'map') return false;
    const pieces = piecesOf(node);
    const value = pieces.length === 0 ? 1 : graft(encoding, encoding, pieces[0][1]);
    setPieces(node, pieces.concat([[pick([...KEYS, NAN, ''], random), value]]));
    return true;
  },
};

function shorten(node, count) {
  const pieces = piecesOf(node);
  if (pieces.length <= count) return false;
  setPieces(node, pieces.slice(0, count));
  return true;
}

/** Puts a value into a list, in front of, behind or in the place of an element. */
function insert(node, ref, random) {
  const pieces = piecesOf(node);
  const at = Math.floor(random() * (pieces.length + 1));
  pieces.splice(at, random() < 0.5 ? 1 : 0, [ref]);
  setPieces(node, pieces);
  return true;
}

/** Changes to plain objects; `place.dictionary` tells whether it is used as a dictionary. */
const objectChanges = {
  'no keys': (encoding, { node }) => keepKeys(node, 0),
  'one key': (encoding, { node }) => keepKeys(node, 1),
  'without a key'(encoding, { node }, { random }) {
    if (node.keys === undefined) return false;
    const at = Math.floor(random() * node.keys.length);
    setFields(node, node.keys.filter((_, i) => i !== at), node.vals.filter((_, i) => i !== at));
    return true;
  },
  'special key': (encoding, { node }, { random }) => addKey(encoding, node, pick(KEYS, random), random),
  'whole number as key': (encoding, { node }, { random }) => addKey(encoding, node, pick(['10', '2', '0'], random), random),
  'empty key': (encoding, { node }, { random }) => addKey(encoding, node, '', random),
  'another key': (encoding, { node }, { random }) => addKey(encoding, node, `k${Math.floor(random() * 1000)}`, random),
  'other order of keys'(encoding, { node }) {
    if (node.keys === undefined || node.keys.length < 2) return false;
    setFields(node, node.keys.slice().reverse(), node.vals.slice().reverse());
    return true;
  },
  'more keys'(encoding, place, { random }) {
    const { node } = place;
    if (!place.dictionary || node.keys === undefined) return false;
    const count = node.keys.length;
    for (let i = 0; i < Math.max(count, 5); i += 1) {
      const key = `${typeof node.keys[i % count] === 'string' ? node.keys[i % count] : 'k'}${i}`;
      if (node.keys.includes(key)) continue;
      node.keys.push(key);
      node.vals.push(otherPrimitive(graft(encoding, encoding, node.vals[i % count]), random));
    }
    return true;
  },
};

function keepKeys(node, count) {
  if (node.keys === undefined || node.keys.length <= count) return false;
  setFields(node, node.keys.slice(0, count), node.vals.slice(0, count));
  return true;
}

function addKey(encoding, node, key, random) {
  const keys = node.keys === undefined ? [] : node.keys;
  if (keys.includes(key)) return false;
  const value = keys.length === 0 ? 1 : graft(encoding, encoding, pick(node.vals, random));
  setFields(node, [...keys, key], [...(node.vals || []), value]);
  return true;
}

/** Values that stand in for a primitive, by its type. */
const replacements = {
  number: [0, 1, 2, -1, MINUS_ZERO, NAN, 0.1, 0.5, -1.5, 255, 65536, 2147483648, -2147483649, 4294967296, 9007199254740991,
    ['Infinity'], ['-Infinity']],
  string: ['', 'a', ' ', ...KEYS, ...UNICODE, ...SYNTAX, '0', '-1', 'A', '\n\t', 'ab'.repeat(40)],
  boolean: [true, false],
  bigint: [['bigint', '0'], ['bigint', '-1'], ['bigint', '18446744073709551617']],
  other: [],
};

/** The type of a primitive reference, a key of `replacements`. */
function typeOf(ref) {
  if (typeof ref !== 'object') return typeof ref;
  if (ref === null || isNodeRef(ref)) return 'other';
  if (ref[0] === 'bigint') return 'bigint';
  return ['NaN', '-0', 'Infinity', '-Infinity'].includes(ref[0]) ? 'number' : 'other';
}

/** Texts made of a text. */
function textsOf(text) {
  return [text + text, text.slice(0, 1), text.slice(1), [...text].reverse().join(''), text.toUpperCase(), ` ${text} `];
}

/**
 * Everything that can stand in the place of a value: `undefined`, `null`, extremes of its type, and
 * what was recorded there.
 *
 * @param {any} ref
 * @returns {any[]} references to primitives
 */
function replacementsOf(ref) {
  const type = typeOf(ref);
  const own = typeof ref === 'string' ? textsOf(ref) : typeof ref === 'number' ? [ref + 1, -ref, ref * 2, ref + 0.1] : [];
  const list = [...own.map((value) => (Object.is(value, -0) ? MINUS_ZERO : value)), ...replacements[type], UNDEFINED, null];
  return list.filter((value) => typeof value !== 'number' || Number.isFinite(value));
}

/** Values that stand in a relation to another value of the same type: equal, next to it, a part of it. */
function relativesOf(ref) {
  if (typeof ref === 'number') return [ref, ref + 1, ref - 1, -ref].map((value) => (Object.is(value, -0) ? MINUS_ZERO : value));
  if (typeof ref === 'string') return [ref, ...textsOf(ref), ref.toLowerCase(), `${ref}a`, `a${ref}`];
  return [ref];
}

/** Puts a value in the place of one that is related to another value of the input. */
function relate(encoding, place, { random }) {
  const own = place.list[place.at];
  const others = encoding.roots.slice(1);
  for (const number of openNodes(encoding)) {
    const { items, vals } = encoding.nodes[number];
    for (const list of [items, vals]) if (list !== undefined) others.push(...list.slice(0, RELATED));
  }
  const same = others.filter((ref) => typeof ref === typeof own && !isNodeRef(ref));
  if (same.length === 0) return false;
  place.list[place.at] = pick(relativesOf(pick(same, random)), random);
  return true;
}

module.exports = { listChanges, objectChanges, pick, relate, replacementsOf };
