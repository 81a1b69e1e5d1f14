'use strict';
/**
 * grow.cjs: the inputs of a call made larger or smaller, for the size ladder.
 *
 * A container grows by copies of its elements: copy 0 is what it had, copy k has
 * other texts and numbers of the same kinds (grow-values.cjs) and objects of its own.
 * Two containers that grow together get copies that belong together: an edge of
 * copy k names the nodes of copy k. What names an element from outside (the key
 * that is looked for in a list) names it in a copy drawn from the seed, or all
 * searches would end in the first one. A container shrinks to its first
 * elements. Which containers these are says grow-levels.cjs.
 *
 * Invariants: pure and seeded; the kinds of elements, the share of the distinct
 * ones among them, the order in which they stand, what is shared inside of a copy and what all
 * copies share (the way from the roots to the container) stay; the result is an
 * encoding as graph.cjs would number it, of at most MAX_BYTES, or there is none.
 * Arguments that the function takes as a list are a container too (rest.cjs).
 */
const { sizes } = require('./graph.cjs');
const { isNodeRef } = require('./graph-refs.cjs');
const { findLevel, isClosed, lengthOf, refsOf, textsOf } = require('./grow-levels.cjs');
const { random } = require('./mix.cjs');
const { gathered, spread, withRest } = require('./rest.cjs');
const { ELEMENT, Variation } = require('./grow-values.cjs');

const MAX_NODES = 1000000;
const MAX_BYTES = 32 * 1024 * 1024;
/** A container that got less than this part of what was wanted has not grown. */
const LEAST_GROWTH = 1 / 2;
/** Texts that all copies of an order must keep. */
const LEAST_ORDERED = 3;

/** The way from the roots to the containers: nodes that all copies share. */
function spineOf({ roots, nodes }, scaled) {
  const parents = new Map();
  const work = roots.filter(isNodeRef).map((ref) => ref[0]);
  const seen = new Set(work);
  while (work.length > 0) {
    const number = work.pop();
    if (scaled.has(number)) continue;
    for (const ref of refsOf(nodes[number])) {
      if (!isNodeRef(ref)) continue;
      if (!parents.has(ref[0])) parents.set(ref[0], []);
      parents.get(ref[0]).push(number);
      if (!seen.has(ref[0])) {
        seen.add(ref[0]);
        work.push(ref[0]);
      }
    }
  }
  const spine = new Set(scaled);
  const up = [...scaled];
  while (up.length > 0) {
    for (const parent of parents.get(up.pop()) || []) {
      if (spine.has(parent)) continue;
      spine.add(parent);
      up.push(parent);
    }
  }
  return spine;
}

/** The slots of a node's parts: where grow-values.cjs looks for values that belong together. */
function slotsOf(node, isScaled) {
  const inner = isScaled ? ELEMENT : '#inner';
  return {
    item: (i) => (node.k === 'map' && i % 2 === 1 ? '#value' : inner),
    val: (i) => (isScaled && node.k === 'object' ? '#value' : `.${String(node.keys[i])}`),
    key: isScaled && node.k === 'object' ? ELEMENT : null,
  };
}

class Grower {
  constructor(encoding, factor, seed, level) {
    this.encoding = encoding;
    this.factor = factor;
    this.nodes = encoding.nodes.slice();
    this.scaled = new Set(level.numbers);
    this.spine = spineOf(encoding, this.scaled);
    this.variation = new Variation(seed, level.elements);
    /** For each copy, the number of the copy of a node. */
    this.copies = [];
    this.bytes = 0;
    this.collect();
    this.open = [];
    /** The copy that is named from outside. */
    this.named = Math.floor(random(seed)() * Math.max(1, Math.floor(factor)));
  }

  /** Shows the variation all values that copies are made of. */
  collect() {
    const { nodes, scaled, spine, variation } = this;
    const seen = new Set(scaled);
    const work = [...scaled];
    while (work.length > 0) {
      const number = work.pop();
      const node = nodes[number];
      const slots = slotsOf(node, scaled.has(number));
      const visit = (slot, ref) => {
        variation.note(slot, ref);
        if (!isNodeRef(ref) || seen.has(ref[0]) || spine.has(ref[0]) || isClosed(nodes[ref[0]])) return;
        seen.add(ref[0]);
        work.push(ref[0]);
      };
      (node.items || []).forEach((ref, i) => visit(slots.item(i), ref));
      (node.vals || []).forEach((ref, i) => visit(slots.val(i), ref));
      if (slots.key !== null) (node.keys || []).forEach((key) => variation.note(slots.key, key));
    }
    variation.decide();
    this.inside = seen;
  }

  /** Copy k of a reference in a slot; `exact` keeps values (inside of instances). */
  copyRef(ref, slot, k, exact) {
    if (k === 0) return ref;
    if (!isNodeRef(ref)) return exact ? ref : this.variation.copy(slot, ref, k);
    if (this.spine.has(ref[0])) return ref;
    if (this.copies[k] === undefined) this.copies[k] = new Map();
    const known = this.copies[k].get(ref[0]);
    if (known !== undefined) return [known];
    const number = this.nodes.length;
    this.copies[k].set(ref[0], number);
    this.nodes[number] = null;
    this.open.push({ from: ref[0], number, k, exact });
    return [number];
  }

  /** Makes the copies of nodes that were asked for, and of what they refer to. */
  finish() {
    while (this.open.length > 0) {
      const { from, number, k, exact } = this.open.pop();
      const node = this.nodes[from];
      const closed = exact || isClosed(node);
      const slots = slotsOf(node, false);
      const copy = { ...node };
      this.bytes += 24 + (node.bytes ? node.bytes.length : 0);
      if (node.proto) copy.proto = this.copyRef(node.proto, '', k, true);
      if (node.buffer) copy.buffer = this.copyRef(node.buffer, '', k, true);
      if (node.items) copy.items = node.items.map((ref, i) => this.copyRef(ref, slots.item(i), k, closed));
      if (node.vals) {
        copy.vals = node.vals.map((ref, i) => this.copyRef(ref, slots.val(i), k, closed));
        // A key that names an element of a grown container names that of this copy.
        if (!closed) copy.keys = node.keys.map((key) => (this.variation.entities.has(key) ? this.variation.copy(ELEMENT, key, k) : key));
      }
      this.bytes += 8 * ((copy.items || []).length + 2 * (copy.vals || []).length);
      this.nodes[number] = copy;
      this.check();
    }
  }

  check() {
    if (this.nodes.length > MAX_NODES || this.bytes > MAX_BYTES) throw new TooLarge();
  }

  /** The length that a container of so many elements gets. */
  lengthFor(length) {
    return length === 0 ? 0 : Math.max(1, Math.round(length * this.factor));
  }

  /** A reference from outside of the containers; one that names an element names its copy. */
  fromOutside(ref, slot) {
    if (isNodeRef(ref)) return this.inside.has(ref[0]) ? this.copyRef(ref, '', this.named, false) : ref;
    const from = this.variation.slotOf(ref, slot);
    return from === null ? ref : this.variation.copy(from, ref, this.named);
  }

  /** Changes the roots, and the records that they lead to without going through a container. */
  outside() {
    const roots = this.encoding.roots.map((ref) => this.fromOutside(ref, null));
    const seen = new Set();
    const work = this.encoding.roots.slice();
    while (work.length > 0) {
      const ref = work.pop();
      if (!isNodeRef(ref) || seen.has(ref[0]) || this.inside.has(ref[0])) continue;
      seen.add(ref[0]);
      const node = this.nodes[ref[0]];
      if (!node.vals || isClosed(node)) continue;
      this.nodes[ref[0]] = { ...node, vals: node.vals.map((val, i) => this.fromOutside(val, `.${String(node.keys[i])}`)) };
      for (const val of node.vals) work.push(val);
    }
    this.finish();
    return roots;
  }

  /** Changes all containers of the level. Gives the elements of the largest one. */
  run() {
    let largest = 0;
    for (const number of this.scaled) {
      const node = this.nodes[number];
      const wanted = this.lengthFor(lengthOf(node));
      this.bytes += wanted * 16;
      this.check();
      if (node.k === 'typed') this.nodes[number] = this.scaleTyped(node, wanted);
      else if (node.k === 'object') this.nodes[number] = this.scaleDictionary(node, wanted);
      else if (node.k === 'array') this.nodes[number] = this.scaleArray(node, wanted);
      else this.nodes[number] = this.scaleKeyed(node, wanted);
      this.finish();
      largest = Math.max(largest, lengthOf(this.nodes[number]));
    }
    return largest;
  }

  scaleArray(node, wanted) {
    const { items } = node;
    const result = [];
    for (let i = 0; i < wanted; i += 1) {
      result.push(this.copyRef(items[i % items.length], ELEMENT, Math.floor(i / items.length), false));
    }
    return { ...node, len: wanted, items: ordered(items, result) };
  }

  /** A Map or Set: keys that a copy does not make new are left out. */
  scaleKeyed(node, wanted) {
    const width = node.k === 'map' ? 2 : 1;
    const count = node.items.length / width;
    const result = [];
    const seen = new Set();
    for (let i = 0; i < wanted; i += 1) {
      const at = (i % count) * width;
      const k = Math.floor(i / count);
      const key = this.copyRef(node.items[at], ELEMENT, k, false);
      const name = isNodeRef(key) ? `node ${key[0]}` : `${typeof key} ${String(key)}`;
      if (seen.has(name)) continue;
      seen.add(name);
      result.push(key);
      if (width === 2) result.push(this.copyRef(node.items[at + 1], '#value', k, false));
    }
    return { ...node, items: result };
  }

  scaleDictionary(node, wanted) {
    const keys = [];
    const vals = [];
    const seen = new Set();
    for (let i = 0; i < wanted; i += 1) {
      const k = Math.floor(i / node.keys.length);
      const key = this.variation.copy(ELEMENT, node.keys[i % node.keys.length], k);
      if (seen.has(key)) continue;
      seen.add(key);
      keys.push(key);
      vals.push(this.copyRef(node.vals[i % node.keys.length], '#value', k, false));
    }
    return { ...node, keys, vals };
  }

  /** A view of all of a buffer: its bytes again and again. */
  scaleTyped(node, wanted) {
    const owner = this.nodes[node.buffer[0]];
    const bytes = Buffer.from(owner.bytes, 'base64');
    const grown = Buffer.alloc((bytes.length / node.len) * wanted);
    for (let at = 0; at < grown.length; at += bytes.length) bytes.copy(grown, at);
    this.bytes += grown.length;
    const text = grown.toString('base64');
    // What is too large for the pool has a buffer of its own.
    const isOwn = owner.k === 'buffer' || grown.length >= owner.len;
    this.nodes[node.buffer[0]] = isOwn ? { k: 'buffer', bytes: text } : { ...owner, bytes: text };
    return { ...node, len: wanted };
  }
}

/** Thrown when a grown encoding has too many nodes or bytes. */
class TooLarge extends Error {}

/** Texts that stood in order stand in order again. */
function ordered(before, after) {
  const sorted = (list) => list.every((text, i) => typeof text === 'string' && (i === 0 || list[i - 1] <= text));
  if (before.length < LEAST_ORDERED || !sorted(before)) return after;
  return after.sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
}

/** The long strings again and again, wherever `longestText` looks for them. */
function scaleTexts({ roots, nodes, rest }, factor, longest) {
  const scale = (ref) => {
    if (typeof ref !== 'string' || ref.length * 2 < longest) return ref;
    const wanted = Math.max(1, Math.round(ref.length * factor));
    return ref.repeat(Math.ceil(wanted / ref.length)).slice(0, wanted);
  };
  const scaled = (node) => {
    const field = textsOf(node);
    return field === null ? node : { ...node, [field]: node[field].map(scale) };
  };
  return { rest, roots: roots.map(scale), nodes: nodes.map(scaled) };
}

/** The encoding with only the nodes that can be reached, numbered as graph.cjs does. */
function renumbered({ roots, nodes, rest }) {
  const numbers = new Map();
  const order = [];
  const pools = [];
  const visit = (ref) => {
    if (!isNodeRef(ref) || numbers.has(ref[0])) return;
    const isPool = nodes[ref[0]].k === 'pool';
    numbers.set(ref[0], isPool ? -1 : order.length);
    (isPool ? pools : order).push(ref[0]);
  };
  roots.forEach(visit);
  for (let i = 0; i < order.length; i += 1) refsOf(nodes[order[i]]).forEach(visit);
  for (const pool of pools) {
    numbers.set(pool, order.length);
    order.push(pool);
  }
  const moved = (ref) => (isNodeRef(ref) ? [numbers.get(ref[0])] : ref);
  return withRest({
    v: 1,
    roots: roots.map(moved),
    nodes: order.map((number) => {
      const node = { ...nodes[number] };
      for (const name of ['proto', 'buffer', 'value']) if (node[name]) node[name] = moved(node[name]);
      for (const name of ['items', 'vals']) if (node[name]) node[name] = node[name].map(moved);
      return node;
    }),
  }, rest);
}

/**
 * The same inputs, `factor` times as large.
 * @param {{v: 1, roots: Array, nodes: object[], rest?: number}} call the encoding of `[self, ...args]`
 * @param {number} factor above 0; below 1 shrinks
 * @param {number} seed of the texts that new elements get, and of the copy that is named from outside
 * @returns {{encoding: object|null, elements: number, reason: string|null}} `elements` of the largest
 *   container that grew; `reason` when there is no encoding: `no-container`, `only-in-instances`,
 *   `empty`, `not-distinct` (a Set of two booleans has no third), `too-large`
 */
function grow(call, factor, seed) {
  const encoding = gathered(call);
  const level = findLevel(encoding);
  if (level.reason !== null) return { encoding: null, elements: 0, reason: level.reason };
  if (level.text > 0) {
    if (level.text * factor > MAX_BYTES) return { encoding: null, elements: 0, reason: 'too-large' };
    const elements = Math.max(1, Math.round(level.text * factor));
    return { encoding: renumbered(spread(scaleTexts(encoding, factor, level.text))), elements, reason: null };
  }
  try {
    const grower = new Grower(encoding, factor, seed, level);
    const elements = grower.run();
    if (factor > 1 && elements < level.elements * factor * LEAST_GROWTH) {
      return { encoding: null, elements: 0, reason: 'not-distinct' };
    }
    const asCalled = spread({ rest: encoding.rest, roots: grower.outside(), nodes: grower.nodes });
    if (asCalled === null) return { encoding: null, elements: 0, reason: 'too-large' };
    return { encoding: renumbered(asCalled), elements, reason: null };
  } catch (error) {
    if (error instanceof TooLarge) return { encoding: null, elements: 0, reason: 'too-large' };
    throw error;
  }
}

/**
 * The size of a call as the ladder counts it: the elements of the largest of the containers that
 * would grow; where nothing would, the elements of anything in it.
 * @param {object} encoding
 * @returns {number}
 */
function elementsOf(encoding) {
  const { elements, reason } = findLevel(gathered(encoding));
  return reason === null ? elements : sizes(encoding).elements;
}

module.exports = { elementsOf, grow };
