'use strict';
// The first difference of two encodings.
//
// Invariants:
// - Both graphs are walked side by side, breadth first; numbers of nodes need not be equal, only the
//   graphs: a node of one side must stay the partner of one node of the other, so aliasing counts.
// - The answer is the difference that comes first in that order, so it is the same in every run.

const {
  bytesFrom, isArray, join, push, SafeMap, mapForEach, mapGet, mapHas, mapSet, SafeSet, setAdd, setHas, sort,
} = require('./primordials.cjs');
const { HOLE, UNDEFINED, isNodeRef, keyText } = require('./graph-refs.cjs');
const { itemText, rootName, shorten } = require('./graph-path.cjs');
const { printRef } = require('./graph-print.cjs');

const { max } = Math;
const SHORT = 200;
const ABSENT = '(no such property)';
// Fields of a node that hold plain values, in the order in which they are told.
const PLAIN_FIELDS = [
  'k', 'id', 'type', 'source', 'flags', 'len', 'lenFixed', 'offset', 'max', 'strict', 'ownIterator', 'bytes', 'state',
];

class Comparison {
  constructor(a, b, names) {
    this.a = a;
    this.b = b;
    this.names = names;
    this.partnerOfA = new SafeMap();
    this.partnerOfB = new SafeMap();
    this.queue = [];
    this.found = null;
  }

  /** The path of a step from queue entry `from`. */
  path(from, step) {
    const steps = [];
    if (step !== undefined) push(steps, step);
    let at = from;
    while (at.from !== undefined) {
      push(steps, at.step());
      at = at.from;
    }
    return shorten(rootName(at.root, this.names), steps);
  }

  tell(path, base, candidate) {
    this.found = { path, base, candidate };
    return false;
  }

  /** Compares two references; `true` while nothing differs. `from` and `step` say where they are. */
  refs(a, b, from, step) {
    if (a === b) return true;
    if (isNodeRef(a) && isNodeRef(b)) return this.nodes(a[0], b[0], from, step);
    if (isArray(a) && isArray(b) && !isNodeRef(a) && !isNodeRef(b)) {
      if (a[0] === 'accessor' && b[0] === 'accessor') {
        return this.refs(a[1], b[1], from, () => `${step()}[get]`)
          && this.refs(a[2], b[2], from, () => `${step()}[set]`);
      }
      if (a[0] === b[0] && a[1] === b[1] && a.length === b.length) return true;
    }
    const path = this.path(from, step === undefined ? undefined : step());
    return this.tell(path, printRef(this.a, a, SHORT), printRef(this.b, b, SHORT));
  }

  nodes(a, b, from, step) {
    const known = mapGet(this.partnerOfA, a);
    const back = mapGet(this.partnerOfB, b);
    if (known === undefined && back === undefined) {
      mapSet(this.partnerOfA, a, { number: b, entry: this.enter(a, b, from, step) });
      mapSet(this.partnerOfB, b, { number: a, entry: this.queue[this.queue.length - 1] });
      return true;
    }
    if (known !== undefined && known.number === b) return true;
    const path = this.path(from, step === undefined ? undefined : step());
    return this.tell(path, this.alias(this.a, a, known), this.alias(this.b, b, back));
  }

  alias(encoding, number, known) {
    const text = printRef(encoding, [number], SHORT);
    if (known === undefined) return `${text} (an object of its own)`;
    return `${text} (the same object as ${this.path(known.entry)})`;
  }

  enter(a, b, from, step) {
    const entry = step === undefined ? { a, b, root: from.root } : { a, b, from, step };
    push(this.queue, entry);
    return entry;
  }

  run() {
    const { a, b } = this;
    const count = max(a.roots.length, b.roots.length);
    for (let i = 0; i < count; i += 1) {
      const ra = i < a.roots.length ? a.roots[i] : UNDEFINED;
      const rb = i < b.roots.length ? b.roots[i] : UNDEFINED;
      if (!this.refs(ra, rb, { root: i })) return this.found;
    }
    if (a.roots.length !== b.roots.length) {
      this.tell('(number of values)', `${a.roots.length}`, `${b.roots.length}`);
      return this.found;
    }
    for (let i = 0; i < this.queue.length; i += 1) {
      if (!this.pair(this.queue[i])) return this.found;
    }
    return null;
  }

  pair(entry) {
    const a = this.a.nodes[entry.a];
    const b = this.b.nodes[entry.b];
    if (a.k !== b.k || a.id !== b.id) return this.whole(entry, a, b);
    if (!this.prototypes(entry, a.proto, b.proto)) return false;
    if (!this.plainFields(entry, a, b)) return false;
    if (!this.refs(orUndefined(a.value), orUndefined(b.value), entry, () => '.valueOf()')) return false;
    if (!this.refs(orUndefined(a.buffer), orUndefined(b.buffer), entry, () => '.buffer')) return false;
    return this.items(entry, a, b) && this.fields(entry, a, b);
  }

  prototypes(entry, a, b) {
    if (a !== undefined && b !== undefined) return this.refs(a, b, entry, () => '[[Prototype]]');
    if (a === b) return true;
    const text = (encoding, ref) => (ref === undefined ? '(the usual one)' : printRef(encoding, ref, SHORT));
    return this.tell(this.path(entry, '[[Prototype]]'), text(this.a, a), text(this.b, b));
  }

  whole(entry) {
    return this.tell(this.path(entry), printRef(this.a, [entry.a], SHORT), printRef(this.b, [entry.b], SHORT));
  }

  plainFields(entry, a, b) {
    for (let i = 0; i < PLAIN_FIELDS.length; i += 1) {
      const field = PLAIN_FIELDS[i];
      if (a[field] === b[field]) continue;
      switch (field) {
        case 'len': return this.tell(this.path(entry, '.length'), `${a.len}`, `${b.len}`);
        case 'lenFixed':
          return this.tell(this.path(entry, '.length'), writability(a.lenFixed), writability(b.lenFixed));
        case 'state': return this.tell(this.path(entry), a.state || 'extensible', b.state || 'extensible');
        case 'offset': return this.tell(this.path(entry, '.byteOffset'), `${a.offset}`, `${b.offset}`);
        case 'max': return this.tell(this.path(entry, '.maxByteLength'), `${a.max}`, `${b.max}`);
        case 'bytes': return this.bytes(entry, a, b);
        default: return this.whole(entry);
      }
    }
    return true;
  }

  bytes(entry, a, b) {
    if (a.bytes === undefined || b.bytes === undefined) return this.whole(entry);
    const left = bytesFrom(a.bytes, 'base64');
    const right = bytesFrom(b.bytes, 'base64');
    let at = 0;
    while (at < left.length && at < right.length && left[at] === right[at]) at += 1;
    const text = (bytes) => (at < bytes.length ? `${bytes[at]}` : `(end, ${bytes.length} bytes)`);
    return this.tell(this.path(entry, `[byte ${at}]`), text(left), text(right));
  }

  items(entry, a, b) {
    if (a.items === undefined && b.items === undefined) return true;
    if (a.idx !== undefined || b.idx !== undefined) return this.indexed(entry, a, b);
    const count = max(a.items.length, b.items.length);
    for (let i = 0; i < count; i += 1) {
      const node = i < a.items.length ? a : b;
      const ra = i < a.items.length ? a.items[i] : HOLE;
      const rb = i < b.items.length ? b.items[i] : HOLE;
      if (!this.refs(ra, rb, entry, () => itemText(node, i))) return false;
      if (!this.flags(entry, a.itemAttrs, b.itemAttrs, i, () => itemText(node, i))) return false;
    }
    return true;
  }

  /** Arrays of which one is written by indexes. */
  indexed(entry, a, b) {
    const left = elementsOf(a);
    const right = elementsOf(b);
    const all = [];
    mapForEach(left, (unused, at) => push(all, at));
    mapForEach(right, (unused, at) => {
      if (!mapHas(left, at)) push(all, at);
    });
    sort(all, (x, y) => x - y);
    for (let i = 0; i < all.length; i += 1) {
      const at = all[i];
      const step = () => `[${at}]`;
      const ea = mapGet(left, at);
      const eb = mapGet(right, at);
      if (!this.refs(ea === undefined ? HOLE : ea.ref, eb === undefined ? HOLE : eb.ref, entry, step)) return false;
      if (ea.flags !== eb.flags) {
        return this.tell(this.path(entry, step()), flagsText(ea.flags), flagsText(eb.flags));
      }
    }
    return true;
  }

  fields(entry, a, b) {
    const ka = a.keys === undefined ? [] : a.keys;
    const kb = b.keys === undefined ? [] : b.keys;
    const count = max(ka.length, kb.length);
    for (let i = 0; i < count; i += 1) {
      if (i >= ka.length || i >= kb.length || !sameKey(ka[i], kb[i])) return this.keyLists(entry, a, b);
    }
    for (let i = 0; i < ka.length; i += 1) {
      const step = () => keyText(ka[i]);
      if (!this.refs(a.vals[i], b.vals[i], entry, step)) return false;
      if (!this.flags(entry, a.attrs, b.attrs, i, step)) return false;
    }
    return true;
  }

  /** Lists of keys that are not equal: a missing key is told before another order. */
  keyLists(entry, a, b) {
    const ka = a.keys === undefined ? [] : a.keys;
    const kb = b.keys === undefined ? [] : b.keys;
    const missing = (from, other) => {
      const known = new SafeSet();
      for (let i = 0; i < other.length; i += 1) setAdd(known, keyId(other[i]));
      for (let i = 0; i < from.length; i += 1) if (!setHas(known, keyId(from[i]))) return i;
      return -1;
    };
    const onlyA = missing(ka, kb);
    if (onlyA !== -1) {
      return this.tell(this.path(entry, keyText(ka[onlyA])), printRef(this.a, a.vals[onlyA], SHORT), ABSENT);
    }
    const onlyB = missing(kb, ka);
    if (onlyB !== -1) {
      return this.tell(this.path(entry, keyText(kb[onlyB])), ABSENT, printRef(this.b, b.vals[onlyB], SHORT));
    }
    return this.tell(this.path(entry, '(order of keys)'), orderText(ka), orderText(kb));
  }

  flags(entry, a, b, i, step) {
    const fa = a === undefined ? undefined : a[i];
    const fb = b === undefined ? undefined : b[i];
    if (fa === fb) return true;
    return this.tell(this.path(entry, step()), flagsText(fa), flagsText(fb));
  }
}

function orUndefined(ref) {
  return ref === undefined ? UNDEFINED : ref;
}

function sameKey(a, b) {
  return a === b || (isArray(a) && isArray(b) && a[0] === b[0] && a[1] === b[1]);
}

function keyId(key) {
  return isArray(key) ? `[${key[0]}]${key[1]}` : `.${key}`;
}

function elementsOf(node) {
  const map = new SafeMap();
  for (let i = 0; i < node.items.length; i += 1) {
    const ref = node.items[i];
    if (isArray(ref) && ref[0] === 'hole') continue;
    mapSet(map, node.idx === undefined ? i : node.idx[i], {
      ref,
      flags: node.itemAttrs === undefined ? undefined : node.itemAttrs[i],
    });
  }
  return map;
}

function writability(fixed) {
  return fixed ? 'not writable' : 'writable';
}

function flagsText(flags) {
  if (flags === undefined) return 'usual attributes';
  const words = [];
  if (flags & 1) push(words, 'writable');
  if (flags & 2) push(words, 'enumerable');
  if (flags & 4) push(words, 'configurable');
  return words.length === 0 ? 'no attributes' : join(words, ', ');
}

function orderText(keys) {
  const words = [];
  for (let i = 0; i < keys.length && i < 12; i += 1) push(words, keyText(keys[i]));
  return join(words, ' ') + (keys.length > 12 ? ' …' : '');
}

/** Whether two lists of references, keys or numbers are written alike. */
function sameList(a, b) {
  if (a === undefined || b === undefined) return a === b;
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i += 1) if (a[i] !== b[i] && !sameRef(a[i], b[i])) return false;
  return true;
}

function sameRef(a, b) {
  if (a === b) return true;
  if (!isArray(a) || !isArray(b) || a.length !== b.length || a[0] !== b[0]) return false;
  return a[0] === 'accessor' ? sameRef(a[1], b[1]) && sameRef(a[2], b[2]) : a[1] === b[1];
}

function sameNode(a, b) {
  for (let i = 0; i < PLAIN_FIELDS.length; i += 1) if (a[PLAIN_FIELDS[i]] !== b[PLAIN_FIELDS[i]]) return false;
  return sameRef(a.proto, b.proto) && sameRef(a.value, b.value) && sameRef(a.buffer, b.buffer)
    && sameList(a.items, b.items) && sameList(a.keys, b.keys) && sameList(a.vals, b.vals)
    && sameList(a.idx, b.idx) && sameList(a.attrs, b.attrs) && sameList(a.itemAttrs, b.itemAttrs);
}

/** Whether two encodings are written alike, which is what equal graphs mostly are. */
function sameForm(a, b) {
  if (a.nodes.length !== b.nodes.length || !sameList(a.roots, b.roots)) return false;
  for (let i = 0; i < a.nodes.length; i += 1) if (!sameNode(a.nodes[i], b.nodes[i])) return false;
  return true;
}

/**
 * The first difference of two encodings, or `null`.
 * @param {object} a of the base
 * @param {object} b of the candidate
 * @param {string[]} [names] of the roots, for the path
 * @returns {null | {path: string, base: string, candidate: string}}
 */
function difference(a, b, names) {
  return sameForm(a, b) ? null : new Comparison(a, b, names).run();
}

module.exports = { difference };
