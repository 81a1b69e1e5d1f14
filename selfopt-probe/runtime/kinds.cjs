'use strict';
// Which kinds of values stand where in the recorded inputs, and whether another input stays inside of
// that. Sizes do not matter: an empty list is inside where lists were seen.
//
// A *path* names a place without positions (`args[0][].name`); entries of a dictionary share one path,
// and a node that looks like one above it (a list's next, a tree's child) shares that one's. A *kind*
// is what stands there: `integer`, `fraction`, `string`, ..., with kinds of their own for NaN, −0,
// infinities, `undefined`, `null`, holes, special keys, lone surrogates, shared objects, and the class
// of objects.
//
// Invariants: an input that was observed is inside; the answer depends on the set of the observed
// inputs, not on their order.

const { isNodeRef, keyText } = require('./graph-refs.cjs');
const { isInstance } = require('./edit.cjs');

/** Keys that mean something to objects. */
const SPECIAL_KEYS = new Set([
  '__proto__', 'constructor', 'prototype', 'hasOwnProperty', 'toString', 'valueOf', 'length', 'then', 'toJSON',
  'isPrototypeOf', 'propertyIsEnumerable', '__defineGetter__', '__defineSetter__', '__lookupGetter__', '__lookupSetter__',
]);
const LONE_SURROGATE = /(?:[\ud800-\udbff](?![\udc00-\udfff]))|(?:(?:^|[^\ud800-\udbff])[\udc00-\udfff])/;
const INDEX = /^(?:0|[1-9][0-9]{0,9})$/;
/** A plain object with more keys is a dictionary. */
const RECORD_KEYS = 12;
/** Rounds in which dictionaries inside of dictionaries are found. */
const ROUNDS = 4;
/** Characters of a path, and objects above one that are looked at for the same look. */
const PATH_CHARS = 400;
const ABOVE = 64;
/** Nodes of all inputs together that are looked at. */
const NODE_LIMIT = 400000;

/** The kind of a string. */
function stringKind(text) {
  if (SPECIAL_KEYS.has(text)) return 'special-key';
  return LONE_SURROGATE.test(text) ? 'lone-surrogate' : 'string';
}

/** The kind of a key of a dictionary; whole numbers come before all other keys. */
function keyKind(key) {
  if (typeof key !== 'string') return `symbol ${key[1]}`;
  return INDEX.test(key) ? 'index' : stringKind(key);
}

/** The kind of what a reference stands for. */
function kindOf(ref, nodes) {
  switch (typeof ref) {
    case 'string': return stringKind(ref);
    case 'number': return Number.isInteger(ref) ? 'integer' : 'fraction';
    case 'boolean': return 'boolean';
    default:
  }
  if (ref === null) return 'null';
  if (!isNodeRef(ref)) return ref[0] === 'bigint' || ref.length === 1 ? ref[0] : ref.join(' ');
  const node = nodes[ref[0]];
  const proto = node.proto === undefined ? '' : node.proto === null ? ' null' : ` ${isNodeRef(node.proto) ? 'own' : node.proto.join(' ')}`;
  const marks = [
    node.state, node.attrs && 'attributes', node.itemAttrs && 'attributes', node.lenFixed && 'fixed length',
    node.idx && 'sparse', node.detached && 'detached', node.type, node.k === 'date' && Array.isArray(node.value) && 'invalid',
  ].filter(Boolean);
  return `${node.k}${proto}${marks.length === 0 ? '' : ` (${marks.join(', ')})`}`;
}

/** What a node looks like, to find it again further down; `null` for what never counts as the same. */
function labelOf(node) {
  if (node.k !== 'object') return null;
  if (isInstance(node)) return node.proto.join(' ');
  if (node.keys === undefined || node.keys.length > RECORD_KEYS) return null;
  return node.keys.map(keyText).sort().join(' ');
}

/**
 * Walks an encoding and tells `tell(path, kind, list, at, closed)` for every place, which is `list[at]`
 * and `closed` inside of an instance of a class, and `object(path, node, nodes)` for every plain object.
 * Stops after `budget.left` nodes.
 */
function walk(encoding, dictionaries, budget, visit) {
  const { nodes, roots } = encoding;
  const seen = new Set();
  const queue = [];
  const place = (list, at, path, above, closed) => {
    const ref = list[at];
    if (isNodeRef(ref) && seen.has(ref[0])) {
      visit.tell(path, 'shared', list, at, closed);
      return;
    }
    visit.tell(path, kindOf(ref, nodes), list, at, closed);
    if (!isNodeRef(ref)) return;
    seen.add(ref[0]);
    const node = nodes[ref[0]];
    const label = labelOf(node);
    let same = label === null ? undefined : above;
    for (let up = 0; same !== undefined && same.label !== label; up += 1) same = up < ABOVE ? same.above : undefined;
    queue.push({ node, closed: closed || isInstance(node), at: same === undefined ? { path, label, above } : same });
  };
  visit.tell('(arguments)', `${roots.length - 1}`, null, 0, true);
  roots.forEach((_, i) => place(roots, i, i === 0 ? 'this' : `args[${i - 1}]`, undefined, false));
  for (let i = 0; i < queue.length && budget.left > 0; i += 1) {
    budget.left -= 1;
    const { node, at, closed } = queue[i];
    // What lies deeper than a path can say shares the last path.
    const path = at.path.length > PATH_CHARS ? at.path.slice(0, PATH_CHARS) : at.path;
    if (node.items !== undefined) {
      const stepOf = node.k === 'map' ? (k) => (k % 2 === 0 ? '{key}' : '{value}') : () => '[]';
      node.items.forEach((_, k) => place(node.items, k, path + stepOf(k), at, closed));
    }
    if (Array.isArray(node.buffer)) place([node.buffer], 0, `${path}.buffer`, at, true);
    if (isNodeRef(node.proto)) place([node.proto], 0, `${path}[[Prototype]]`, at, true);
    if (node.k === 'boxed') place([node.value], 0, `${path}.valueOf()`, at, true);
    if (node.k === 'object' && !isInstance(node)) visit.object(path, node, nodes);
    if (node.vals === undefined) continue;
    const dictionary = node.k === 'object' && dictionaries.has(path);
    node.vals.forEach((_, k) => {
      if (dictionary) {
        visit.tell(`${path}.*`, `key ${keyKind(node.keys[k])}`, null, 0, true);
        place(node.vals, k, `${path}.*`, at, closed);
      } else {
        place(node.vals, k, path + keyText(node.keys[k]), at, closed);
      }
    });
  }
}

/** Numbers, strings, lists, ...: what the values of a dictionary have in common; `null` for nothing there. */
function coarseKind(ref, nodes) {
  if (ref === null) return null;
  if (typeof ref !== 'object') return typeof ref;
  if (isNodeRef(ref)) return nodes[ref[0]].k;
  return ref[0] === 'undefined' ? null : /^-?(?:NaN|0|Infinity)$/.test(ref[0]) ? 'number' : ref[0];
}

/** Whether objects with these lists of keys, seen at one path, are used as dictionaries. */
function looksLikeDictionary(seen) {
  if (seen.kinds.size > 1) return false;
  if (seen.longest > RECORD_KEYS) return true;
  const always = [...seen.keys.values()].some((count) => count === seen.filled);
  return seen.filled >= 2 && seen.keys.size >= 3 && !always;
}

/** Counts of keys by path. */
function countKeys(encodings, dictionaries) {
  const objects = new Map();
  const budget = { left: NODE_LIMIT };
  const visit = {
    tell() {},
    object(path, node, nodes) {
      let seen = objects.get(path);
      if (seen === undefined) {
        seen = { total: 0, filled: 0, longest: 0, keys: new Map(), orders: new Set(), kinds: new Set() };
        objects.set(path, seen);
      }
      const keys = node.keys === undefined ? [] : node.keys.map(keyText);
      seen.total += 1;
      if (keys.length > 0) seen.filled += 1;
      seen.longest = Math.max(seen.longest, keys.length);
      if (dictionaries.has(path) || keys.length === 0) return;
      for (const ref of node.vals) {
        const kind = coarseKind(ref, nodes);
        if (kind !== null) seen.kinds.add(kind);
      }
      for (const key of keys) seen.keys.set(key, (seen.keys.get(key) || 0) + 1);
      if (keys.length <= RECORD_KEYS) eachOrder(keys, (order) => seen.orders.add(order));
    },
  };
  for (const encoding of encodings) walk(encoding, dictionaries, budget, visit);
  return objects;
}

/** The pairs of keys of which one stands in front of the other. */
function eachOrder(keys, tell) {
  for (let i = 0; i < keys.length; i += 1) {
    for (let j = i + 1; j < keys.length; j += 1) tell(`${keys[i]} ${keys[j]}`);
  }
}

/**
 * What was seen where in the recorded inputs (encodings of `[this, ...args]`).
 *
 * @param {object[]} encodings
 * @returns {{isInside: (encoding: object) => boolean, newFacts: (encoding: object) => Set<string>,
 *   isDictionary: (path: string) => boolean, walk: (encoding: object, visit: object) => void}}
 *   `newFacts` says in which ways an encoding is not inside; `walk` tells the places of an encoding with the same paths
 */
function createKinds(encodings) {
  const dictionaries = new Set();
  let objects = countKeys(encodings, dictionaries);
  for (let round = 0; round < ROUNDS; round += 1) {
    const found = [...objects].filter(([path, seen]) => !dictionaries.has(path) && looksLikeDictionary(seen));
    if (found.length === 0) break;
    for (const [path] of found) dictionaries.add(path);
    objects = countKeys(encodings, dictionaries);
  }
  const kinds = new Map();
  const budget = { left: NODE_LIMIT };
  for (const encoding of encodings) {
    walk(encoding, dictionaries, budget, {
      tell(path, kind) {
        const known = kinds.get(path);
        if (known === undefined) kinds.set(path, new Set([kind]));
        else known.add(kind);
      },
      object() {},
    });
  }
  return {
    newFacts: (encoding) => newFacts(encoding, { kinds, objects, dictionaries }),
    isInside: (encoding) => newFacts(encoding, { kinds, objects, dictionaries }).size === 0,
    isDictionary: (path) => dictionaries.has(path),
    walk: (encoding, visit) => walk(encoding, dictionaries, { left: NODE_LIMIT }, visit),
  };
}

/** What of an encoding was not seen: texts, none when it is inside. */
function newFacts(encoding, { kinds, objects, dictionaries }) {
  const facts = new Set();
  walk(encoding, dictionaries, { left: NODE_LIMIT }, {
    tell(path, kind) {
      const known = kinds.get(path);
      if (known === undefined || !known.has(kind)) facts.add(`${path} is ${kind}`);
    },
    object(path, node) {
      const seen = objects.get(path);
      if (seen === undefined || dictionaries.has(path)) return;
      const keys = node.keys === undefined ? [] : node.keys.map(keyText);
      for (const [key, count] of seen.keys) if (count === seen.total && !keys.includes(key)) facts.add(`${path} lacks ${key}`);
      if (keys.length > RECORD_KEYS) return;
      eachOrder(keys, (order) => {
        if (!seen.orders.has(order)) facts.add(`${path} has in order ${order}`);
      });
    },
  });
  return facts;
}

module.exports = { SPECIAL_KEYS, createKinds, keyKind, kindOf };
