'use strict';
// Builds live values from an encoding.
//
// Invariants:
// - Two passes over the nodes, no recursion: first an empty object for each node, then its content;
//   so cycles need no care. Objects are closed (frozen, sealed) last.
// - Properties are defined, or assigned where that is the same and nothing inherited could interfere.
// - Objects look to the engine like those that a program makes: arrays are filled by appending, and
//   equal objects share one hidden class.

const {
  create, defineProperty, freeze, getOwnPropertyDescriptor, getPrototypeOf, hasOwn, preventExtensions, seal,
  setPrototypeOf, mapSet, setAdd, bytesFrom, typedSet,
} = require('./primordials.cjs');
const { emptyArguments } = require('./graph-arguments.cjs');
const { isNodeRef, primitiveOf } = require('./graph-refs.cjs');
const { intrinsicOf } = require('./intrinsics.cjs');
const { InheritedKeys, inherits } = require('./graph-keys.cjs');
const { Records, emptyRecord, isInQuestion } = require('./graph-records.cjs');
const { usualFlags } = require('./graph-encode.cjs');

// The project may put others in their place.
const {
  ArrayBuffer, DataView, Date, Error, Map, Object, RegExp, Set, SharedArrayBuffer, Symbol, TypeError, Uint8Array,
} = globalThis;

const TYPED = {};
const TYPED_NAMES = [
  'Int8Array', 'Uint8Array', 'Uint8ClampedArray', 'Int16Array', 'Uint16Array', 'Int32Array', 'Uint32Array',
  'Float16Array', 'Float32Array', 'Float64Array', 'BigInt64Array', 'BigUint64Array',
];
for (let i = 0; i < TYPED_NAMES.length; i += 1) TYPED[TYPED_NAMES[i]] = intrinsicOf(TYPED_NAMES[i]);
const WRITABLE = 1;
const ENUMERABLE = 2;
const CONFIGURABLE = 4;
const ALL = 7;

function fail(what) {
  throw new TypeError(`cannot decode: ${what}`);
}

class Builder {
  constructor(encoding, options) {
    this.nodes = encoding.nodes;
    this.registry = options.registry;
    this.valueOfIdentity = options.valueOfIdentity;
    this.objects = [];
    this.inherited = new InheritedKeys();
    this.records = new Records(encoding.nodes);
  }

  /** The live value of a reference. */
  value(ref) {
    if (typeof ref !== 'object' || ref === null) return ref;
    if (typeof ref[0] === 'number') {
      if (ref[0] >= this.nodes.length) fail(`no node ${ref[0]}`);
      return this.objects[ref[0]];
    }
    switch (ref[0]) {
      case 'intrinsic': return this.known(intrinsicOf(ref[1]), ref);
      case 'function': return this.known(this.registry && this.registry.functionOf(ref[1]), ref);
      case 'prototype': return this.known(this.registry && this.registry.prototypeOf(ref[1]), ref);
      case 'identity': return this.identity(ref);
      case 'unregistered': return fail(`class ${ref[1]} is known by name only`);
      default: return primitiveOf(ref);
    }
  }

  known(value, ref) {
    return value === undefined ? fail(`${ref[0]} ${ref[1]} is not known here`) : value;
  }

  identity(ref) {
    if (this.valueOfIdentity === undefined) return fail('an identity of a live encoding');
    return this.valueOfIdentity(ref[1]);
  }

  /** An empty object of the node's kind with, where it is known already, its prototype. */
  shell(node) {
    if (node.id !== undefined) return this.identity(['identity', node.id]);
    switch (node.k) {
      case 'object': return this.plain(node);
      case 'array': return this.withProto(node, []);
      case 'map': return this.withProto(node, new Map());
      case 'set': return this.withProto(node, new Set());
      case 'date': return this.withProto(node, new Date(this.value(node.value)));
      case 'regexp': return this.withProto(node, new RegExp(node.source, node.flags));
      case 'error': return this.error(node);
      case 'boxed': return this.withProto(node, Object(this.value(node.value)));
      case 'buffer': return this.withProto(node, bufferOf(node, ArrayBuffer));
      case 'shared-buffer': return this.withProto(node, bufferOf(node, SharedArrayBuffer));
      case 'pool': return bufferOf(node, ArrayBuffer);
      case 'arguments': return this.withProto(node, this.argumentsOf(node));
      case 'typed':
      case 'view': return undefined;
      default: return fail(`a node of kind ${node.k}`);
    }
  }

  plain(node) {
    const { keys, proto } = node;
    if (keys !== undefined && isInQuestion(keys.length) && this.records.has(node)) {
      const record = emptyRecord(keys);
      if (record !== undefined) return this.withProto(node, record);
    }
    if (proto === undefined) return {};
    if (proto === null) return create(null);
    return isNodeRef(proto) ? {} : create(this.value(proto));
  }

  withProto(node, object) {
    if (node.proto !== undefined && !isNodeRef(node.proto)) setPrototypeOf(object, this.value(node.proto));
    return object;
  }

  error(node) {
    const object = new Error();
    delete object.stack;
    return this.withProto(node, object);
  }

  argumentsOf(node) {
    const made = emptyArguments(node.strict === true, node.keys !== undefined && includes(node.keys, 'length'));
    if (node.ownIterator) delete made[Symbol.iterator];
    return made;
  }

  view(node) {
    let object;
    if (node.k === 'view') {
      object = new DataView(this.value(node.buffer), node.offset, node.len);
    } else {
      const constructor = TYPED[node.type];
      if (constructor === undefined) fail(`typed array ${node.type}`);
      object = new constructor(this.value(node.buffer), node.offset, node.len);
    }
    return this.withProto(node, object);
  }

  /** Content, once all objects are there. */
  fill(node, object) {
    if (isNodeRef(node.proto)) setPrototypeOf(object, this.value(node.proto));
    if (node.k === 'array') this.elements(node, object);
    else if (node.k === 'map') {
      for (let i = 0; i < node.items.length; i += 2) {
        mapSet(object, this.value(node.items[i]), this.value(node.items[i + 1]));
      }
    } else if (node.k === 'set') {
      for (let i = 0; i < node.items.length; i += 1) setAdd(object, this.value(node.items[i]));
    }
    if (node.keys !== undefined) this.fields(node, object);
  }

  elements(node, object) {
    const { items, itemAttrs, idx } = node;
    if (idx === undefined && itemAttrs === undefined && !hasHoles(items)) {
      const simple = node.proto === undefined;
      for (let i = 0; i < items.length; i += 1) {
        if (simple || !(i in object)) object[i] = this.value(items[i]);
        else this.define(object, i, items[i], ALL);
      }
      return;
    }
    object.length = node.len;
    const usual = usualFlags(node.state);
    for (let i = 0; i < items.length; i += 1) {
      const ref = items[i];
      if (typeof ref === 'object' && ref !== null && ref[0] === 'hole') continue;
      const at = idx === undefined ? i : idx[i];
      this.define(object, at, ref, itemAttrs === undefined ? usual : itemAttrs[i]);
    }
  }

  fields(node, object) {
    const { keys, vals, attrs } = node;
    const usual = usualFlags(node.state);
    // Where the prototype is data of this graph, it may not be complete yet.
    const answers = node.k === 'object' && !isNodeRef(node.proto)
      ? this.inherited.under(getPrototypeOf(object)) : undefined;
    for (let i = 0; i < keys.length; i += 1) {
      const key = keys[i];
      const flags = attrs === undefined ? usual : attrs[i];
      if (answers !== undefined && flags === ALL && typeof key === 'string' && !inherits(answers, key)) {
        object[key] = this.value(vals[i]);
      } else {
        this.define(object, typeof key === 'string' ? key : this.value(key), vals[i], flags);
      }
    }
  }

  /** Defines one property; the flags that freezing or sealing takes away are left on until then. */
  define(object, key, ref, flags) {
    const descriptor = create(null);
    descriptor.enumerable = (flags & ENUMERABLE) !== 0;
    descriptor.configurable = (flags & CONFIGURABLE) !== 0;
    if (typeof ref === 'object' && ref !== null && ref[0] === 'accessor') {
      descriptor.get = this.value(ref[1]);
      descriptor.set = this.value(ref[2]);
    } else {
      descriptor.writable = (flags & WRITABLE) !== 0;
      descriptor.value = this.value(ref);
    }
    if (!defineProperty(object, key, descriptor)) fail(`property ${String(key)} cannot be defined`);
  }

  close(node, object) {
    if (node.k === 'error' && !hasOwn(object, 'stack')) defineStack(object);
    if (node.lenFixed) defineProperty(object, 'length', { writable: false });
    if (node.state === 'frozen') freeze(object);
    else if (node.state === 'sealed') seal(object);
    else if (node.state === 'fixed') preventExtensions(object);
  }

  build() {
    const { nodes, objects } = this;
    for (let i = 0; i < nodes.length; i += 1) objects[i] = this.shell(nodes[i]);
    for (let i = 0; i < nodes.length; i += 1) {
      if (objects[i] === undefined) objects[i] = this.view(nodes[i]);
    }
    for (let i = 0; i < nodes.length; i += 1) if (nodes[i].id === undefined) this.fill(nodes[i], objects[i]);
    for (let i = 0; i < nodes.length; i += 1) if (nodes[i].id === undefined) this.close(nodes[i], objects[i]);
  }
}

function includes(list, item) {
  for (let i = 0; i < list.length; i += 1) if (list[i] === item) return true;
  return false;
}

function hasHoles(items) {
  for (let i = 0; i < items.length; i += 1) {
    const ref = items[i];
    if (typeof ref === 'object' && ref !== null && ref[0] === 'hole') return true;
  }
  return false;
}

function bufferOf(node, Kind) {
  const bytes = bytesFrom(node.bytes, 'base64');
  const length = node.k === 'pool' && node.len > bytes.length ? node.len : bytes.length;
  const buffer = node.max === undefined ? new Kind(length) : new Kind(length, { maxByteLength: node.max });
  typedSet(new Uint8Array(buffer), bytes);
  return buffer;
}

/** A stack that says no more than the error itself, equal on every machine. */
function defineStack(object) {
  let text = 'Error';
  const message = getOwnPropertyDescriptor(object, 'message');
  const words = message === undefined ? '' : message.value;
  if (typeof words === 'string' && words !== '') text = `Error: ${words}`;
  defineProperty(object, 'stack', { value: text, writable: true, enumerable: false, configurable: true });
}

/**
 * Fresh live values from an encoding; every call gives new objects.
 * @param {{roots: Array, nodes: Array}} encoding
 * @param {object} [options] `registry`; `valueOfIdentity(number)` for live encodings
 * @returns {Array} the roots
 */
function decode(encoding, options) {
  const builder = new Builder(encoding, options === undefined ? {} : options);
  builder.build();
  const roots = [];
  for (let i = 0; i < encoding.roots.length; i += 1) roots[i] = builder.value(encoding.roots[i]);
  return roots;
}

module.exports = { decode };
