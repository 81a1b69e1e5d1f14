'use strict';
// The shape of an encoding (which kinds are where, no values, no sizes) and its sizes.
//
// Invariants:
// - Equal graphs have equal shapes; the text has at most `MAX_TEXT` characters.
// - Work is bounded: so many elements of a container, so deep, are looked at, always the same ones.

const { isArray } = require('./primordials.cjs');
const { keyText } = require('./graph-refs.cjs');

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
    const up = this.open.lastIndexOf(number);
    if (up !== -1) return `^${this.open.length - up}`;
    this.budget -= 1;
    const node = this.nodes[number];
    const name = kindText(node);
    if (depth >= MAX_DEPTH || this.budget <= 0) return name;
    this.open.push(number);
    const inner = this.inner(node, depth + 1);
    this.open.pop();
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
    const kinds = new Set();
    for (let i = from; i < items.length && i < MAX_ITEMS * step; i += step) kinds.add(this.ref(items[i], depth));
    return [...kinds].sort().join('|');
  }

  fields(node, depth) {
    const { keys, vals } = node;
    if (node.k === 'object' && keys.length > DICTIONARY_KEYS) return `{*:${this.every(vals, 0, 1, depth)}}`;
    const parts = [];
    for (let i = 0; i < keys.length && i < MAX_ITEMS; i += 1) {
      const kind = isArray(vals[i]) && vals[i][0] === 'accessor' ? 'accessor' : this.ref(vals[i], depth);
      parts.push(`${keyText(keys[i])}:${kind}`);
    }
    return `{${parts.sort().join(',')}}`;
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
  for (let i = 0; i < text.length; i += 1) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193) >>> 0;
  return h.toString(16).padStart(8, '0');
}

/**
 * Kinds by path, without sizes and values; stable and short (a long one ends in a hash of the rest).
 * @param {object} encoding
 * @returns {string}
 */
function shape(encoding) {
  const shaper = new Shaper(encoding);
  const parts = [];
  for (let i = 0; i < encoding.roots.length; i += 1) parts.push(shaper.ref(encoding.roots[i], 0));
  const text = `(${parts.join(', ')})`;
  return text.length <= MAX_TEXT ? text : `${text.slice(0, MAX_TEXT - 11)}…#${hash(text)}`;
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
  for (let i = 0; i < encoding.nodes.length; i += 1) measureNode(encoding.nodes[i], total);
  return total;
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

function measureNode(node, total) {
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
    grow(total, Math.floor((node.bytes.length * 3) / 4));
  }
  if (node.source !== undefined) total.bytes += node.source.length;
}

module.exports = { shape, sizes };
