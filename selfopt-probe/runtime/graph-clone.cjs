'use strict';
// Live deep copies in the own process, for running two versions on equal arguments.
//
// Invariants:
// - Nothing of the values is called: descriptors are copied, getters are not run.
// - Prototypes are the same objects as before, but for those that are data themselves; cycles and
//   sharing are kept; functions are shared.
// - What cannot be copied exactly (private state, promises, weak collections, proxies, generators,
//   objects of the host) is shared too, and listed in `shared`.
// - The walk uses a work list; depth costs no stack.

const {
  types, apply, create, defineProperty, freeze, getOwnPropertyDescriptor, getOwnPropertyNames,
  getOwnPropertySymbols, getPrototypeOf, hasOwn, isArray, isExtensible, isFrozen, isSealed, ownKeys,
  preventExtensions, seal, setPrototypeOf, dateTime, regExpSource, mapForEach, mapGet, mapSet, setAdd,
  setForEach, SafeMap, typedBuffer, typedLength, typedName, typedOffset, typedSet, viewBuffer, viewLength,
  viewOffset, bufferLength, bufferMaxLength, bufferResizable, sharedGrowable, sharedLength, sharedMaxLength,
  numberValue, stringValue, booleanValue, symbolValue, bigintValue,
} = require('./primordials.cjs');
const { NotCopyable } = require('./graph-refs.cjs');
const { intrinsicName, intrinsicOf } = require('./intrinsics.cjs');
const { isDataPrototype, rememberOriginal } = require('./graph-names.cjs');
const { Exactness, isClass } = require('./graph-exact.cjs');
const { InheritedKeys, inherits } = require('./graph-keys.cjs');
const { emptyRecord, isInQuestion } = require('./graph-records.cjs');
const { emptyArguments } = require('./graph-arguments.cjs');
const { isDetached, namesBehindElements, regExpFlags } = require('./graph-special.cjs');
const slots = require('./graph-slots.cjs');

// The project may put others in their place.
const {
  ArrayBuffer, DataView, Date, Error, Map, Object, Proxy, RegExp, Set, SharedArrayBuffer, Symbol, Uint8Array,
} = globalThis;

const FIXED = { writable: false, __proto__: null };
const ObjectPrototype = Object.prototype;
const ArrayPrototype = Array.prototype;
const MAX_NODES = 1000000;

class Cloner {
  constructor(options) {
    this.registry = options.registry;
    this.logCall = options.logCall;
    this.mayCall = options.mayCall;
    this.instead = options.instead;
    this.maxNodes = typeof options.maxNodes === 'number' ? options.maxNodes : MAX_NODES;
    this.copies = new SafeMap();
    this.pending = [];
    this.shared = [];
    this.calls = [];
    this.exactness = new Exactness(options.registry);
    this.dataProtos = new SafeMap();
    this.inherited = new InheritedKeys();
  }

  value(value) {
    if (typeof value === 'function') return this.logCall === undefined ? value : this.callback(value);
    if (typeof value !== 'object' || value === null) return value;
    const known = mapGet(this.copies, value);
    if (known !== undefined) return known;
    const copy = this.shell(value);
    mapSet(this.copies, value, copy);
    if (copy === value) this.shared[this.shared.length] = value;
    else {
      if (this.pending.length >= this.maxNodes) throw new NotCopyable('too-large', '[clone]');
      this.pending[this.pending.length] = { from: value, to: copy };
    }
    return copy;
  }

  /** A callback whose calls are logged; built-ins, classes and registered functions stay as they are. */
  callback(fn) {
    const known = mapGet(this.copies, fn);
    if (known !== undefined) return known;
    let copy = fn;
    const named = types.isProxy(fn) ? undefined
      : intrinsicName(fn, true) || (this.registry && this.registry.nameOf(fn));
    if (named === undefined && (types.isProxy(fn) || !isClass(fn))) {
      copy = logged(fn, this);
      rememberOriginal(copy, fn);
    }
    mapSet(this.copies, fn, copy);
    return copy;
  }

  /** An empty copy, or the value itself when it cannot be copied exactly. */
  shell(value) {
    if (types.isProxy(value)) return value;
    if (intrinsicName(value, false) !== undefined) return value;
    if (this.registry !== undefined && this.registry.nameOf(value) !== undefined) return value;
    const proto = getPrototypeOf(value);
    const kind = isArray(value) ? 'array' : slots.kindOf(value);
    if (proto === ObjectPrototype && kind === 'object') return this.ordinary(value, proto);
    if (!this.exactness.of(proto)) return value;
    switch (kind) {
      case 'array': return [];
      case 'object':
        return slots.isWeakHolder(proto) ? value : this.ordinary(value, proto);
      case 'map': return new Map();
      case 'set': return new Set();
      case 'date': return new Date(dateTime(value));
      case 'regexp': return new RegExp(regExpSource(value), regExpFlags(value));
      case 'error': return new Error();
      case 'boxed': return Object(unboxed(value));
      case 'buffer': return bufferCopy(value);
      case 'shared-buffer': return sharedBufferCopy(value);
      case 'typed': return this.typed(value);
      case 'view': return this.view(value);
      case 'arguments': return this.argumentsOf(value);
      default: return value;
    }
  }

  argumentsOf(value) {
    const strict = slots.isStrictCallee(getOwnPropertyDescriptor(value, 'callee'));
    const copy = emptyArguments(strict, hasOwn(value, 'length'));
    if (!hasOwn(value, Symbol.iterator)) delete copy[Symbol.iterator];
    return copy;
  }

  /** An empty object; where its prototype is data, to be copied, `fill` sets that. */
  ordinary(value, proto) {
    const names = getOwnPropertyNames(value);
    if (isInQuestion(names.length) && proto !== null && isExtensible(value) && allPlain(value, names)) {
      const record = emptyRecord(names);
      if (record !== undefined) return record;
    }
    if (proto === ObjectPrototype) return {};
    return proto !== null && this.isData(proto) ? {} : create(proto);
  }

  isData(proto) {
    let data = mapGet(this.dataProtos, proto);
    if (data === undefined) {
      data = intrinsicName(proto, true) === undefined
        && (this.registry === undefined || this.registry.nameOf(proto) === undefined)
        && isDataPrototype(this.registry, proto);
      mapSet(this.dataProtos, proto, data);
    }
    return data;
  }

  /** The prototype of a copy: the same object, or its copy where it is data itself. */
  protoOf(proto) {
    return proto !== null && this.isData(proto) ? this.value(proto) : proto;
  }

  typed(value) {
    const buffer = typedBuffer(value);
    if (followsLength(buffer)) return value;
    return new (intrinsicOf(typedName(value)))(this.value(buffer), typedOffset(value), typedLength(value));
  }

  view(value) {
    const buffer = viewBuffer(value);
    if (followsLength(buffer)) return value;
    return new DataView(this.value(buffer), viewOffset(value), viewLength(value));
  }

  fill(from, to) {
    const proto = getPrototypeOf(from);
    if (getPrototypeOf(to) !== proto) setPrototypeOf(to, this.protoOf(proto));
    if (types.isMap(from)) {
      mapForEach(from, (held, key) => {
        mapSet(to, this.value(key), this.value(held));
      });
    } else if (types.isSet(from)) {
      setForEach(from, (held) => {
        setAdd(to, this.value(held));
      });
    }
    const isError = types.isNativeError(from);
    if (isArray(from)) this.elements(from, to);
    else this.fields(from, to, isError);
  }

  elements(from, to) {
    const keys = ownKeys(from);
    const length = getOwnPropertyDescriptor(from, 'length');
    let count = keys.length - 1;
    while (keys[count] !== 'length') count -= 1;
    const usual = getPrototypeOf(to) === ArrayPrototype;
    if (count === length.value) {
      for (let i = 0; i < count; i += 1) {
        const descriptor = getOwnPropertyDescriptor(from, i);
        if (isPlain(descriptor) && (usual || !(i in to))) to[i] = this.value(descriptor.value);
        else this.define(to, i, descriptor);
      }
    } else {
      to.length = length.value;
      for (let i = 0; i < count; i += 1) this.define(to, keys[i], getOwnPropertyDescriptor(from, keys[i]));
    }
    for (let i = count + 1; i < keys.length; i += 1) {
      this.define(to, keys[i], getOwnPropertyDescriptor(from, keys[i]));
    }
    if (!length.writable) defineProperty(to, 'length', FIXED);
  }

  fields(from, to, isError) {
    if (types.isTypedArray(from)) {
      this.each(from, to, namesBehindElements(from, typedLength(from)), false);
    } else {
      this.each(from, to, getOwnPropertyNames(from), isError);
    }
    this.each(from, to, getOwnPropertySymbols(from), false);
  }

  each(from, to, keys, isError) {
    // The original's prototype is complete, a copy of it may not be yet.
    const answers = this.inherited.under(getPrototypeOf(from));
    for (let i = 0; i < keys.length; i += 1) {
      const key = keys[i];
      if (isError && key === 'stack') continue;
      const descriptor = getOwnPropertyDescriptor(from, key);
      if (isPlain(descriptor) && !inherits(answers, key)) to[key] = this.value(descriptor.value);
      else this.define(to, key, descriptor);
    }
  }

  define(to, key, descriptor) {
    const copy = create(null);
    copy.enumerable = descriptor.enumerable;
    copy.configurable = descriptor.configurable;
    if (hasOwn(descriptor, 'value')) {
      copy.writable = descriptor.writable;
      copy.value = this.value(descriptor.value);
    } else {
      copy.get = descriptor.get;
      copy.set = descriptor.set;
    }
    defineProperty(to, key, copy);
  }

  run(values) {
    const roots = [];
    for (let i = 0; i < values.length; i += 1) roots[i] = this.value(values[i]);
    for (let i = 0; i < this.pending.length; i += 1) this.fill(this.pending[i].from, this.pending[i].to);
    for (let i = 0; i < this.pending.length; i += 1) close(this.pending[i].from, this.pending[i].to);
    return { roots, calls: this.calls, shared: this.shared };
  }
}

/** A copy of an ArrayBuffer; one whose content was taken away stays as it is. */
function bufferCopy(value) {
  let source;
  try {
    source = new Uint8Array(value);
  } catch (error) {
    return value;
  }
  const length = bufferLength(value);
  const copy = bufferResizable !== undefined && bufferResizable(value)
    ? new ArrayBuffer(length, { maxByteLength: bufferMaxLength(value) })
    : new ArrayBuffer(length);
  typedSet(new Uint8Array(copy), source);
  return copy;
}

function sharedBufferCopy(value) {
  const length = sharedLength(value);
  const copy = sharedGrowable !== undefined && sharedGrowable(value)
    ? new SharedArrayBuffer(length, { maxByteLength: sharedMaxLength(value) })
    : new SharedArrayBuffer(length);
  typedSet(new Uint8Array(copy), new Uint8Array(value));
  return copy;
}

/** Whether views of a buffer may follow its length, which cannot be seen, or lost it. */
function followsLength(buffer) {
  if (types.isSharedArrayBuffer(buffer)) return sharedGrowable !== undefined && sharedGrowable(buffer);
  if (bufferResizable !== undefined && bufferResizable(buffer)) return true;
  return bufferLength(buffer) === 0 && isDetached(buffer);
}

function allPlain(value, names) {
  for (let i = 0; i < names.length; i += 1) if (!isPlain(getOwnPropertyDescriptor(value, names[i]))) return false;
  return true;
}

/** Whether assigning the value makes the same property. */
function isPlain(descriptor) {
  return hasOwn(descriptor, 'value') && descriptor.writable && descriptor.enumerable && descriptor.configurable;
}

function close(from, to) {
  if (isExtensible(from)) return;
  if (isFrozen(from)) freeze(to);
  else if (isSealed(from)) seal(to);
  else preventExtensions(to);
}

function unboxed(value) {
  if (types.isNumberObject(value)) return numberValue(value);
  if (types.isStringObject(value)) return stringValue(value);
  if (types.isBooleanObject(value)) return booleanValue(value);
  return types.isSymbolObject(value) ? symbolValue(value) : bigintValue(value);
}

/**
 * A stand-in for a callback that asks `mayCall` before and reports to `logCall` after each call, which
 * `instead` makes where there is one.
 */
function logged(fn, { logCall, mayCall, instead, calls }) {
  const note = (self, args, outcome) => {
    const entry = logCall(fn, self, args, outcome);
    if (entry !== undefined) calls[calls.length] = entry;
  };
  return new Proxy(fn, {
    apply(target, self, args) {
      let value;
      if (mayCall !== undefined) mayCall(fn);
      try {
        value = instead === undefined ? apply(target, self, args) : instead(fn, self, args);
      } catch (error) {
        note(self, args, { kind: 'throw', value: error });
        throw error;
      }
      note(self, args, { kind: 'return', value });
      return value;
    },
  });
}

/**
 * A live deep copy of values.
 * @param {Array} values
 * @param {object} [options] `registry`, `maxNodes`, and `logCall(fn, self, args, outcome)`: when given,
 *   functions met become stand-ins that call it after each call with `{kind: "return"|"throw", value}`;
 *   what it returns, unless `undefined`, is added to `calls`; `mayCall(fn)` is called before and may
 *   throw to prevent the call; `instead(fn, self, args)` makes the call where it is given
 * @returns {{roots: Array, calls: Array, shared: Array}} `shared`: the objects that are not copies
 * @throws {NotCopyable} `too-large`
 */
function clone(values, options) {
  return new Cloner(options === undefined ? {} : options).run(values);
}

module.exports = { clone };
