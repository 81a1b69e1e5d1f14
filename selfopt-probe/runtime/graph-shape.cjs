'use strict';
// The shape of an encoding (which kinds are where, no values, no sizes) and its sizes.
//
// Invariants:
// - Equal graphs have equal shapes; the text has at most `MAX_TEXT` characters.
// - Work is bounded: so many elements of a container, so deep, are looked at, always the same ones.

const {
  charCodeAt, isArray, join, numberText, push, slice, sort, SafeSet, setAdd, setForEach, setHas,
} = require('./primordials.cjs');
const { keyText } = require('./graph-refs.cjs');

const { imul } = Math;

const MAX_DEPTH = 5;
const MAX_ITEMS = 64;
const MAX_TEXT = 240;
// A plain object with more keys than this, all of one kind, counts as a dictionary.
const DICTIONARY_KEYS = 12;

class Shaper {
  constructor(encoding) {
    this.nodes = encoding.nodes;
    this.open = [];
    this.budget = 4096;
  }

  ref(ref, depth) {
    switch (typeof ref) {
      case 'string': return 'string';
      case 'number': return 'number';
      case 'boolean': return 'boolean';
      default:
    }
    if (ref === null) return 'null';
    if (typeof ref[0] === 'number') return this.node(ref[0], depth);
    switch (ref[0]) {
      case 'identity': return 'live';
      case 'intrinsic':
      case 'function':
      case 'prototype': return ref[1];
      case 'symbol-for': return 'symbol';
      default: return ref[0];
    }
  }

  node(number, depth) {
    for (let up = this.open.length - 1; up >= 0; up -= 1) {
      if (this.open[up] === number) return `^${this.open.length - up}`;
    }
    this.budget -= 1;
    const node = this.nodes[number];
    const name = kindText(node);
    if (depth >= MAX_DEPTH || this.budget <= 0) return name;
    push(this.open, number);
    const inner = this.inner(node, depth + 1);
    this.open.length -= 1;
    return inner === '' ? name : `${name}${inner}`;
  }

  inner(node, depth) {
    let text = '';
    if (node.k === 'map') text = `<${this.every(node.items, 0, 2, depth)},${this.every(node.items, 1, 2, depth)}>`;
    else if (node.items !== undefined) text = `<${this.every(node.items, 0, 1, depth)}>`;
    if (node.k === 'boxed') text = `<${this.ref(node.value, depth)}>`;
    if (node.keys === undefined || node.k === 'regexp') return text;
    return text + this.fields(node, depth);
  }

  /** The kinds among the items of a container, each once, sorted. */
  every(items, from, step, depth) {
    const kinds = new SafeSet();
    for (let i = from; i < items.length && i < MAX_ITEMS * step; i += step) setAdd(kinds, this.ref(items[i], depth));
    const sorted = [];
    setForEach(kinds, (kind) => push(sorted, kind));
    return join(sort(sorted), '|');
  }

  fields(node, depth) {
    const { keys, vals } = node;
    if (node.k === 'object' && keys.length > DICTIONARY_KEYS) return `{*:${this.every(vals, 0, 1, depth)}}`;
    const parts = [];
    for (let i = 0; i < keys.length && i < MAX_ITEMS; i += 1) {
      const kind = isArray(vals[i]) && vals[i][0] === 'accessor' ? 'accessor' : this.ref(vals[i], depth);
      push(parts, `${keyText(keys[i])}:${kind}`);
    }
    return `{${join(sort(parts), ',')}}`;
  }
}

function kindText(node) {
  const kind = node.k === 'typed' ? node.type : node.k;
  const { proto } = node;
  if (proto === undefined) return kind;
  if (proto === null) return `${kind}:null`;
  return typeof proto[0] === 'number' ? `${kind}:own` : `${kind}:${proto[1]}`;
}

function hash(text) {
  let h = 0x811c9dc5;
  for (let i = 0; i < text.length; i += 1) h = imul(h ^ charCodeAt(text, i), 0x01000193) >>> 0;
  return slice(numberText(0x100000000 + h, 16), 1);
}

/**
 * Kinds by path, without sizes and values; stable and short (a long one ends in a hash of the rest).
 * @param {object} encoding
 * @returns {string}
 */
function shape(encoding) {
  const shaper = new Shaper(encoding);
  const parts = [];
  for (let i = 0; i < encoding.roots.length; i += 1) push(parts, shaper.ref(encoding.roots[i], 0));
  const text = `(${join(parts, ', ')})`;
  return text.length <= MAX_TEXT ? text : `${slice(text, 0, MAX_TEXT - 11)}…#${hash(text)}`;
}

/**
 * How large an encoding is: `elements` of its largest container (array, string, Map, Set, typed array,
 * keys of an object), and about how many bytes it takes.
 * @param {object} encoding
 * @returns {{elements: number, bytes: number}}
 */
function sizes(encoding) {
  const total = { elements: 0, bytes: 0 };
  measureRefs(encoding.roots, total);
  const { nodes } = encoding;
  const seen = viewed(nodes);
  for (let i = 0; i < nodes.length; i += 1) measureNode(nodes[i], total, seen !== undefined && setHas(seen, i));
  return total;
}

/** The buffers that are there as the content of views, which count instead of them. */
function viewed(nodes) {
  let seen;
  for (let i = 0; i < nodes.length; i += 1) {
    const { buffer } = nodes[i];
    if (buffer === undefined) continue;
    if (seen === undefined) seen = new SafeSet();
    setAdd(seen, buffer[0]);
  }
  return seen;
}

function byteCount(base64) {
  const { length } = base64;
  if (length === 0 || base64[length - 1] !== '=') return (length / 4) * 3;
  return (length / 4) * 3 - (base64[length - 2] === '=' ? 2 : 1);
}

function grow(total, elements) {
  if (elements > total.elements) total.elements = elements;
}

function measureRefs(refs, total) {
  for (let i = 0; i < refs.length; i += 1) {
    total.bytes += 8;
    if (typeof refs[i] === 'string') measureText(refs[i], total);
  }
}

function measureText(text, total) {
  total.bytes += text.length;
  grow(total, text.length);
}

function measureNode(node, total, isViewed) {
  total.bytes += 24;
  if (node.items !== undefined) {
    measureRefs(node.items, total);
    grow(total, node.k === 'map' ? node.items.length / 2 : node.items.length);
  }
  if (node.k === 'array' || node.k === 'typed' || node.k === 'view') grow(total, node.idx === undefined ? node.len : 0);
  if (node.keys !== undefined) {
    measureRefs(node.vals, total);
    for (let i = 0; i < node.keys.length; i += 1) total.bytes += 8 + node.keys[i].length;
    if (node.k === 'object') grow(total, node.keys.length);
  }
  if (typeof node.value === 'string') measureText(node.value, total);
  if (node.bytes !== undefined) {
    total.bytes += node.bytes.length;
    if (!isViewed) grow(total, byteCount(node.bytes));
  }
  if (node.source !== undefined) total.bytes += node.source.length;
}

module.exports = { shape, sizes };
