'use strict';
// Writes values as data: walks the object graph breadth first and gives each object a number when it
// is first seen, so that equal graphs give equal encodings.
//
// Invariants:
// - Nothing of the values is called: no getter, no trap, no `toString`. Every object is asked first
//   whether it is a proxy; internal slots say what it is, never `instanceof`.
// - The work list is the list of objects itself; depth costs no stack.
// - An encoding is complete or not there: what cannot be written throws `NotCopyable`.

const {
  types, getOwnPropertyDescriptor, getOwnPropertyNames, getOwnPropertySymbols, getPrototypeOf, hasOwn,
  isArray, isExtensible, isFrozen, isSealed, ownKeys, SafeMap, mapGet, mapSet,
} = require('./primordials.cjs');
const { HOLE, NotCopyable, UNDEFINED, bigintRef, keyText, sharedSymbol, specialNumber } = require('./graph-refs.cjs');
const { intrinsicName, noticeGlobal } = require('./intrinsics.cjs');
const { pathOfNode, rootName } = require('./graph-path.cjs');
const { namedObject, prototypeRef, identity } = require('./graph-names.cjs');
const { finishPools } = require('./graph-pool.cjs');
const { special } = require('./graph-special.cjs');
const { Exactness } = require('./graph-exact.cjs');
const slots = require('./graph-slots.cjs');

const ObjectPrototype = Object.prototype;
const ArrayPrototype = Array.prototype;
const MAX_NODES = 1000000;
const MAX_BYTES = 67108864;
// An array longer than this, most of which is holes, is written by its indexes.
const DENSE_LENGTH = 1024;

const NO_KEYS = [];

const WRITABLE = 1;
const ENUMERABLE = 2;
const CONFIGURABLE = 4;

/** What stops an encoding; `encode` works out the place and throws `NotCopyable`. */
function Refusal(reason, step) {
  this.reason = reason;
  this.step = step;
}

class Job {
  constructor(options, allowed) {
    this.live = options.mode === 'live';
    this.byName = options.byName === true;
    this.registry = options.registry;
    this.identities = this.live ? options.identities || new SafeMap() : undefined;
    this.maxNodes = typeof options.maxNodes === 'number' ? options.maxNodes : MAX_NODES;
    this.maxBytes = typeof options.maxBytes === 'number' ? options.maxBytes : MAX_BYTES;
    this.tagIsSafe = allowed;
    this.bytes = 0;
    this.key = undefined;
    this.objects = [];
    this.nodes = [];
    this.refs = new SafeMap();
    this.prototypes = new SafeMap();
    this.pools = undefined;
    this.exactness = this.live ? new Exactness(options.registry) : undefined;
    this.poolList = [];
    this.windows = 0;
  }

  refuse(reason, step) {
    throw new Refusal(reason, step);
  }

  charge(bytes) {
    this.bytes += bytes;
    if (this.bytes > this.maxBytes) this.refuse('too-large');
  }

  /** The reference of any value; objects get the next number when they are new. */
  refOf(value) {
    switch (typeof value) {
      case 'string':
        this.bytes += value.length;
        if (this.bytes > this.maxBytes) this.refuse('too-large');
        return value;
      case 'number':
        return value - value === 0 && (value !== 0 || 1 / value > 0) ? value : specialNumber(value);
      case 'boolean': return value;
      case 'undefined': return UNDEFINED;
      case 'object': {
        if (value === null) return null;
        const known = mapGet(this.refs, value);
        return known === undefined ? this.newRef(value) : known;
      }
      case 'function': return this.functionRef(value);
      case 'bigint': {
        const ref = bigintRef(value);
        this.charge(ref[1].length);
        return ref;
      }
      case 'symbol': return this.symbolRef(value);
      default: return this.refuse('host-object');
    }
  }

  newRef(value) {
    let ref = namedObject(this, value);
    if (ref === undefined) {
      const number = this.objects.length;
      if (number >= this.maxNodes) this.refuse('too-large');
      ref = [number];
      this.objects[number] = value;
    }
    mapSet(this.refs, value, ref);
    return ref;
  }

  functionRef(value) {
    if (types.isProxy(value)) return this.live ? identity(this, value) : this.refuse('proxy');
    const intrinsic = intrinsicName(value, true);
    if (intrinsic !== undefined) return ['intrinsic', intrinsic];
    const name = this.registry === undefined ? undefined : this.registry.nameOf(value);
    if (name !== undefined && (this.live || this.registry.isAsRegistered(value))) return ['function', name];
    return this.live ? identity(this, value) : this.refuse('function');
  }

  symbolRef(value) {
    const known = sharedSymbol(value);
    if (known !== undefined) return known;
    return this.live ? identity(this, value) : this.refuse('symbol');
  }

  accessorRef(descriptor) {
    if (!this.live) this.refuse('accessor');
    return ['accessor', this.refOf(descriptor.get), this.refOf(descriptor.set)];
  }

  /** Own properties, in order, into `keys`, `vals` and, where one is not as usual, `attrs`. */
  properties(node, value, names, symbols, skip) {
    const keys = [];
    const vals = [];
    const usual = usualFlags(node.state);
    let attrs;
    const count = names.length + symbols.length;
    for (let i = 0; i < count; i += 1) {
      const key = i < names.length ? names[i] : symbols[i - names.length];
      if (skip !== undefined && skip(key)) continue;
      this.key = key;
      const descriptor = getOwnPropertyDescriptor(value, key);
      const isData = hasOwn(descriptor, 'value');
      const flags = flagsOf(descriptor, isData);
      const at = keys.length;
      if (typeof key === 'string') {
        keys[at] = key;
        this.bytes += key.length;
      } else {
        keys[at] = this.symbolRef(key);
      }
      vals[at] = isData ? this.refOf(descriptor.value) : this.accessorRef(descriptor);
      if (flags !== usual && attrs === undefined) attrs = filled(at, usual);
      if (attrs !== undefined) attrs[at] = flags;
    }
    this.key = undefined;
    if (keys.length === 0) return;
    node.keys = keys;
    node.vals = vals;
    if (attrs !== undefined) node.attrs = attrs;
    this.charge(16 * keys.length);
  }

  array(value, proto) {
    const node = { k: 'array', len: 0 };
    if (proto !== ArrayPrototype) this.prototype(node, proto, 'Array.prototype');
    if (!isExtensible(value)) node.state = stateOf(value);
    const descriptor = getOwnPropertyDescriptor(value, 'length');
    const length = descriptor.value;
    node.len = length;
    if (!descriptor.writable && node.state !== 'frozen') node.lenFixed = true;
    if (8 * length > this.maxBytes - this.bytes && isMostlyFull(value, length)) this.refuse('too-large');
    const keys = ownKeys(value);
    // Indexes come first, ascending, then `length`, which every array has from its start.
    let count = keys.length - 1;
    while (keys[count] !== 'length') count -= 1;
    if (length > DENSE_LENGTH && 2 * count < length) {
      this.indexed(node, value, keys, count);
    } else {
      this.dense(node, value, length);
    }
    if (keys.length > count + 1) this.properties(node, value, rest(keys, count + 1), NO_KEYS);
    return node;
  }

  dense(node, value, length) {
    const items = [];
    const usual = usualFlags(node.state);
    let attrs;
    for (let i = 0; i < length; i += 1) {
      const descriptor = getOwnPropertyDescriptor(value, i);
      let flags = usual;
      if (descriptor === undefined) {
        items[i] = HOLE;
      } else {
        this.key = i;
        const isData = hasOwn(descriptor, 'value');
        flags = flagsOf(descriptor, isData);
        items[i] = isData ? this.refOf(descriptor.value) : this.accessorRef(descriptor);
      }
      if (flags !== usual && attrs === undefined) attrs = filled(i, usual);
      if (attrs !== undefined) attrs[i] = flags;
      if ((i & 1023) === 1023) this.charge(8192);
    }
    this.key = undefined;
    this.charge(8 * (length & 1023));
    node.items = items;
    if (attrs !== undefined) node.itemAttrs = attrs;
  }

  indexed(node, value, names, count) {
    const idx = [];
    const items = [];
    const usual = usualFlags(node.state);
    let attrs;
    for (let i = 0; i < count; i += 1) {
      this.key = +names[i];
      const descriptor = getOwnPropertyDescriptor(value, names[i]);
      const isData = hasOwn(descriptor, 'value');
      const flags = flagsOf(descriptor, isData);
      idx[i] = +names[i];
      items[i] = isData ? this.refOf(descriptor.value) : this.accessorRef(descriptor);
      if (flags !== usual && attrs === undefined) attrs = filled(i, usual);
      if (attrs !== undefined) attrs[i] = flags;
      this.charge(16);
    }
    this.key = undefined;
    node.idx = idx;
    node.items = items;
    if (attrs !== undefined) node.itemAttrs = attrs;
  }

  /** Writes a prototype that is not the usual one of the kind; `usual` is that one's name. */
  prototype(node, proto, usual) {
    const ref = prototypeRef(this, proto);
    if (ref === null || ref[0] !== 'intrinsic' || ref[1] !== usual) node.proto = ref;
  }

  node(value) {
    if (types.isProxy(value)) return this.opaque(value, 'proxy');
    const proto = getPrototypeOf(value);
    const node = this.content(value, proto);
    // What holds more than it shows is compared by identity too.
    if (this.live && proto !== ObjectPrototype && node.id === undefined && !this.exactness.of(proto)) {
      node.id = identity(this, value)[1];
    }
    return node;
  }

  content(value, proto) {
    if (isArray(value)) return this.array(value, proto);
    const symbols = getOwnPropertySymbols(value);
    const plain = proto === ObjectPrototype && this.tagIsSafe && symbols.length === 0;
    const kind = plain ? slots.kindOfPlain(value) : slots.kindOf(value);
    if (kind === 'object') return this.object(value, proto, symbols);
    const reason = slots.REFUSED[kind];
    return reason === undefined ? special(this, kind, value, proto, symbols) : this.opaque(value, reason);
  }

  object(value, proto, symbols) {
    const node = { k: 'object' };
    let skip;
    if (proto !== ObjectPrototype && proto !== null) {
      if (slots.isWeakHolder(proto)) return this.opaque(value, 'weak-collection');
      this.prototype(node, proto, 'Object.prototype');
      if (hasOwn(value, 'stack') && slots.isErrorLike(proto)) skip = isStack;
    } else if (proto === null) {
      node.proto = null;
    }
    if (!isExtensible(value)) node.state = stateOf(value);
    this.properties(node, value, getOwnPropertyNames(value), symbols, skip);
    return node;
  }

  /** What only has an identity: written in live mode, refused as data. */
  opaque(value, reason) {
    if (!this.live) this.refuse(reason);
    return { k: 'opaque', id: identity(this, value)[1] };
  }
}

function isStack(key) {
  return key === 'stack';
}

/** The attributes that properties have in an object of this state. */
function usualFlags(state) {
  if (state === 'frozen') return ENUMERABLE;
  return state === 'sealed' ? WRITABLE | ENUMERABLE : WRITABLE | ENUMERABLE | CONFIGURABLE;
}

function flagsOf(descriptor, isData) {
  return (descriptor.enumerable ? ENUMERABLE : 0) | (descriptor.configurable ? CONFIGURABLE : 0)
    | (isData && descriptor.writable ? WRITABLE : 0);
}

/** How a value that is not extensible is closed. */
function stateOf(value) {
  if (isFrozen(value)) return 'frozen';
  return isSealed(value) ? 'sealed' : 'fixed';
}

function filled(count, value) {
  const list = [];
  for (let i = 0; i < count; i += 1) list[i] = value;
  return list;
}

function rest(list, from) {
  const result = [];
  for (let i = from; i < list.length; i += 1) result[i - from] = list[i];
  return result;
}

/** Whether an array far above the limit is full of elements, looked at in 1,024 places. */
function isMostlyFull(value, length) {
  const step = length > 1024 ? length / 1024 : 1;
  let present = 0;
  let asked = 0;
  for (let at = 0; at < length; at += step) {
    asked += 1;
    if (hasOwn(value, at - (at % 1))) present += 1;
  }
  return 4 * present >= asked;
}

/** Where the refusal happened; worked out only when somebody asks. */
function place(job, roots, names, current, step) {
  const { key } = job;
  const nodes = job.nodes;
  return () => {
    if (current === -1) return rootName(roots.length, names);
    let path = pathOfNode({ roots, nodes }, current, names);
    if (typeof key === 'number') path += `[${key}]`;
    else if (typeof key === 'symbol') path += `[${String(key)}]`;
    else if (key !== undefined) path += keyText(key);
    return step === undefined ? path : path + step;
  };
}

/**
 * Writes values as data. See `graph.cjs` for the form and the options.
 * @param {Array} values
 * @param {object} [options]
 * @returns {{v: 1, roots: Array, nodes: Array}}
 * @throws {NotCopyable}
 */
function encode(values, options) {
  const job = new Job(options === undefined ? {} : options, slots.tagIsSafe());
  const roots = [];
  const names = options === undefined ? undefined : options.names;
  let current = -1;
  try {
    for (let i = 0; i < values.length; i += 1) {
      noticeGlobal(values[i]);
      roots[i] = job.refOf(values[i]);
    }
    for (current = 0; current < job.objects.length; current += 1) {
      job.nodes[current] = job.node(job.objects[current]);
      job.charge(24);
    }
    if (job.pools !== undefined) finishPools(job);
  } catch (error) {
    if (error instanceof Refusal) throw new NotCopyable(error.reason, place(job, roots, names, current, error.step));
    throw error;
  }
  return { v: 1, roots, nodes: job.nodes };
}

module.exports = { encode, usualFlags };
