'use strict';
// Encodings as text for people: JavaScript-like, short, with cycles and shared objects named.
//
// Invariants:
// - Never longer than asked for; what is left out is shown as `…`.
// - Depth is bounded, so that a list of a million links prints as one line.

const {
  base64: base64Text, bytesFrom, charCodeAt, indexOf, isArray, join, push, regExpExec, slice, stringify, typedBuffer, uncurry,
  SafeMap, mapGet, mapHas, mapSet, mapSize, SafeSet, setAdd, setHas,
} = require('./primordials.cjs');
const { eachNodeRef } = require('./graph-path.cjs');
const { isNodeRef } = require('./graph-refs.cjs');
const { intrinsicOf } = require('./intrinsics.cjs');

const { max, min } = Math;
const { is: same } = Object;
const DateOf = Date;
const Bytes = Uint8Array;
const isoText = uncurry(Date.prototype.toISOString);
const NAME = /^[A-Za-z_$][\w$]*$/;
const MAX_DEPTH = 8;
const MAX_ELEMENTS = 32;
const WORDS = {
  undefined: 'undefined', hole: '', NaN: 'NaN', '-0': '-0', Infinity: 'Infinity', '-Infinity': '-Infinity',
};

/** What a terminal obeys or does not show, and JSON leaves as it is: C1 controls, marks of direction and width. */
const HIDDEN = /[\x7f-\x9f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff0-\uffff]/;
const HEX = '0123456789abcdef';

/** A text in quotes with everything in it to be seen. */
function visible(text) {
  if (regExpExec(HIDDEN, text) === null) return text;
  let shown = '';
  for (let i = 0; i < text.length; i += 1) {
    const unit = charCodeAt(text, i);
    shown += regExpExec(HIDDEN, text[i]) === null ? text[i]
      : `\\u${HEX[unit >> 12]}${HEX[(unit >> 8) & 15]}${HEX[(unit >> 4) & 15]}${HEX[unit & 15]}`;
  }
  return shown;
}

class Printer {
  constructor(encoding, maxChars) {
    this.roots = encoding.roots;
    this.nodes = encoding.nodes;
    this.left = maxChars;
    this.parts = [];
    this.labels = new SafeMap();
    this.shared = undefined;
  }

  put(text) {
    if (this.left <= 0) return;
    if (text.length > this.left) {
      push(this.parts, `${slice(text, 0, max(0, this.left - 1))}…`);
      this.left = 0;
    } else {
      push(this.parts, text);
      this.left -= text.length;
    }
  }

  ref(ref, depth) {
    if (typeof ref === 'string') return this.put(this.string(ref));
    if (typeof ref !== 'object' || ref === null) return this.put(String(ref));
    if (typeof ref[0] === 'number') return this.node(ref[0], depth);
    return this.put(wordText(ref));
  }

  string(text) {
    const cut = text.length > this.left ? slice(text, 0, this.left) : text;
    return visible(stringify(cut));
  }

  node(number, depth) {
    if (mapHas(this.labels, number)) return this.put(`[Same *${mapGet(this.labels, number)}]`);
    if (this.isShared(number)) {
      mapSet(this.labels, number, mapSize(this.labels) + 1);
      this.put(`<*${mapGet(this.labels, number)}> `);
    }
    const node = this.nodes[number];
    if (depth > MAX_DEPTH) return this.put(node.k === 'array' ? '[…]' : '{…}');
    return this.content(node, depth);
  }

  /** Nodes that more than one reference points to get a label. */
  isShared(number) {
    if (this.shared === undefined) this.shared = sharedNodes(this.roots, this.nodes);
    return setHas(this.shared, number);
  }

  content(node, depth) {
    const name = protoText(node);
    if (node.state !== undefined) this.put(`${node.state} `);
    switch (node.k) {
      case 'object':
        if (name !== '') this.put(`${name} `);
        return this.list('{', node, '}', depth);
      case 'array':
        if (name !== '') this.put(`${name} `);
        if (node.idx !== undefined) this.put(`Array(${node.len}) `);
        return this.list('[', node, ']', depth);
      case 'map': return this.list(`${name || 'Map'}(${node.items.length / 2}) {`, node, '}', depth);
      case 'set': return this.list(`${name || 'Set'}(${node.items.length}) {`, node, '}', depth);
      case 'date': return this.wrapped(`${name || 'Date'}(${dateText(node.value)})`, node, depth);
      case 'regexp': return this.wrapped(`${name}/${node.source}/${node.flags}`, node, depth, ['lastIndex', 0]);
      case 'error': return this.wrapped(name || 'Error', node, depth);
      case 'boxed':
        this.put('Object(');
        this.ref(node.value, depth + 1);
        return this.wrapped(')', node, depth);
      case 'buffer':
      case 'pool':
      case 'shared-buffer': return this.wrapped(bytesText(node), node, depth);
      case 'typed':
      case 'view': return this.viewText(node, name, depth);
      case 'arguments': return this.list('arguments {', node, '}', depth);
      case 'opaque': return this.put(`<live object #${node.id}>`);
      default: return this.put(`<${node.k}>`);
    }
  }

  wrapped(text, node, depth, usual) {
    this.put(text);
    const only = usual !== undefined && node.keys !== undefined && node.keys.length === 1
      && node.keys[0] === usual[0] && node.vals[0] === usual[1];
    if (node.keys !== undefined && !only) this.list(' {', node, '}', depth);
  }

  viewText(node, name, depth) {
    const buffer = isNodeRef(node.buffer) ? this.nodes[node.buffer[0]] : undefined;
    if (this.isShared(node.buffer[0]) || buffer === undefined || buffer.bytes === undefined) {
      this.put(`${name || node.type || 'DataView'}(${node.len}) at ${node.offset} of `);
      this.ref(node.buffer, depth + 1);
    } else {
      this.put(`${name || node.type || 'DataView'}(${node.len}) [${elementsText(node, buffer)}]`);
    }
    return this.wrapped('', node, depth);
  }

  list(opening, node, closing, depth) {
    this.put(opening);
    let first = true;
    const between = () => {
      if (!first) this.put(', ');
      first = false;
    };
    const count = node.items === undefined ? 0 : node.items.length;
    for (let i = 0; i < count && this.left > 0; i += 1) {
      between();
      if (node.k === 'map') {
        this.ref(node.items[i], depth + 1);
        this.put(' => ');
        i += 1;
      } else if (node.idx !== undefined) this.put(`${node.idx[i]}: `);
      this.field(node.items[i], depth);
    }
    if (count > 0 && isArray(node.items[count - 1]) && node.items[count - 1][0] === 'hole') this.put(',');
    const keys = node.keys === undefined ? 0 : node.keys.length;
    for (let i = 0; i < keys && this.left > 0; i += 1) {
      between();
      this.put(`${propertyText(node.keys[i])}: `);
      this.field(node.vals[i], depth);
    }
    this.put(closing);
  }

  field(ref, depth) {
    if (isArray(ref) && ref[0] === 'accessor') this.put('<accessor>');
    else this.ref(ref, depth + 1);
  }
}

function sharedNodes(roots, nodes) {
  const seen = new SafeSet();
  const shared = new SafeSet();
  const see = (number) => {
    if (setHas(seen, number)) setAdd(shared, number);
    setAdd(seen, number);
  };
  for (let i = 0; i < roots.length; i += 1) if (isNodeRef(roots[i])) see(roots[i][0]);
  for (let i = 0; i < nodes.length; i += 1) eachNodeRef(nodes[i], see);
  return shared;
}

function wordText(ref) {
  switch (ref[0]) {
    case 'bigint': return `${ref[1]}n`;
    case 'symbol': return `Symbol.${ref[1]}`;
    case 'symbol-for': return `Symbol.for(${stringify(ref[1])})`;
    case 'intrinsic': return ref[1];
    case 'function': return ref[1];
    case 'prototype': return `${ref[1]}.prototype`;
    case 'identity': return `<live #${ref[1]}>`;
    default: return WORDS[ref[0]] === undefined ? `<${ref[0]}>` : WORDS[ref[0]];
  }
}

function withoutEnd(name) {
  const end = indexOf(name, '.prototype');
  return end === -1 ? name : slice(name, 0, end);
}

/** The class of a node whose prototype is not the usual one. */
function protoText(node) {
  const { proto } = node;
  if (proto === undefined) return '';
  if (proto === null) return 'null-prototype';
  switch (proto[0]) {
    case 'intrinsic': return withoutEnd(proto[1]);
    case 'prototype': return slice(proto[1], indexOf(proto[1], '#') + 1);
    case 'unregistered': return proto[1];
    case 'identity': return `<class #${proto[1]}>`;
    default: return '<own prototype>';
  }
}

function propertyText(key) {
  if (typeof key !== 'string') return `[${wordText(key)}]`;
  return regExpExec(NAME, key) !== null ? key : stringify(key);
}

function dateText(value) {
  return typeof value === 'number' ? isoText(new DateOf(value)) : 'invalid';
}

function bytesText(node) {
  const kind = node.k === 'shared-buffer' ? 'SharedArrayBuffer' : 'ArrayBuffer';
  return `${kind} <${hexText(node.bytes)}>`;
}

function hexText(base64) {
  return base64Text(bytesFrom(slice(base64, 0, 64), 'base64'), 'hex', 0, 32) + (base64.length > 44 ? '…' : '');
}

/** The first elements of a typed array, or bytes of a DataView. */
function elementsText(node, buffer) {
  const kind = node.type === undefined ? Uint8Array : intrinsicOf(node.type);
  const shown = min(node.len, MAX_ELEMENTS);
  const source = bytesFrom(buffer.bytes, 'base64');
  const size = kind === undefined ? 0 : kind.BYTES_PER_ELEMENT * shown;
  if (kind === undefined || source.length < node.offset + size) return '…';
  const bytes = new Bytes(size);
  for (let i = 0; i < size; i += 1) bytes[i] = source[node.offset + i];
  const values = new kind(typedBuffer(bytes), 0, shown);
  const words = [];
  for (let i = 0; i < shown; i += 1) {
    push(words, same(values[i], -0) ? '-0' : `${values[i]}${typeof values[i] === 'bigint' ? 'n' : ''}`);
  }
  return join(words, ', ') + (shown < node.len ? ', …' : '');
}

/**
 * One reference of an encoding as text.
 * @param {object} encoding
 * @param {*} ref
 * @param {number} maxChars
 * @returns {string}
 */
function printRef(encoding, ref, maxChars) {
  if (isArray(ref) && ref[0] === 'hole') return '(hole)';
  const printer = new Printer(encoding, maxChars);
  printer.ref(ref, 0);
  return join(printer.parts, '');
}

/**
 * An encoding as text: its roots, with commas between them.
 * @param {object} encoding
 * @param {number} [maxChars] 2,000 unless told
 * @returns {string}
 */
function print(encoding, maxChars) {
  const printer = new Printer(encoding, maxChars === undefined ? 2000 : maxChars);
  for (let i = 0; i < encoding.roots.length; i += 1) {
    if (i > 0) printer.put(', ');
    printer.ref(encoding.roots[i], 0);
  }
  return join(printer.parts, '');
}

module.exports = { print, printRef };
