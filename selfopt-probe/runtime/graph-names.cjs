'use strict';
// What an encoding writes by name or by identity instead of by content: built-ins, registered
// classes, prototypes and, in live mode, everything else that has no content to write.
//
// Invariants:
// - In data mode a prototype is written only when its whole chain is known by name or plain data.
// - An identity stands for one live value; a wrapper that `clone` made stands for what it wraps.

const {
  types, getOwnPropertyDescriptor, getPrototypeOf, hasOwn, mapGet, mapSet, mapSize, ownKeys, SafeWeakMap, weakGet,
  weakSet,
} = require('./primordials.cjs');
const { dataValue, intrinsicName } = require('./intrinsics.cjs');
const slots = require('./graph-slots.cjs');

const originals = new SafeWeakMap();

/** Notes that `wrapper` stands for `original` in live encodings. */
function rememberOriginal(wrapper, original) {
  const first = weakGet(originals, original);
  weakSet(originals, wrapper, first === undefined ? original : first);
}

/**
 * What a wrapper stands for; the value itself when it is none.
 * @param {object|Function} value
 */
function originalOf(value) {
  const original = weakGet(originals, value);
  return original === undefined ? value : original;
}

/** The identity token of a live value. */
function identity(job, value) {
  const held = typeof value === 'symbol' ? value : originalOf(value);
  let number = mapGet(job.identities, held);
  if (number === undefined) {
    number = mapSize(job.identities);
    mapSet(job.identities, held, number);
  }
  return ['identity', number];
}

/** The reference of an object that stands for itself by name, wherever it is met. */
function namedObject(job, value) {
  const intrinsic = intrinsicName(value, false);
  if (intrinsic !== undefined) return ['intrinsic', intrinsic];
  const name = job.registry === undefined ? undefined : job.registry.nameOf(value);
  return name === undefined ? undefined : ['prototype', name];
}

/** The reference of a prototype; `null` for none. */
function prototypeRef(job, proto) {
  if (proto === null) return null;
  const known = mapGet(job.prototypes, proto);
  if (known !== undefined) return known;
  const ref = newPrototypeRef(job, proto);
  mapSet(job.prototypes, proto, ref);
  return ref;
}

function newPrototypeRef(job, proto) {
  if (types.isProxy(proto)) return job.live ? identity(job, proto) : job.refuse('proxy', '[[Prototype]]');
  const intrinsic = intrinsicName(proto, true);
  if (intrinsic !== undefined) return ['intrinsic', intrinsic];
  const name = job.registry === undefined ? undefined : job.registry.nameOf(proto);
  if (name !== undefined) {
    if (!job.live) checkChain(job, name, proto);
    return ['prototype', name];
  }
  if (job.live) return isDataPrototype(job.registry, proto) ? job.refOf(proto) : identity(job, proto);
  return unknownPrototype(job, proto);
}

/**
 * Whether a prototype that no name is known for is itself data: no constructor, no functions but
 * those known by name, no accessors. Such a one is written and copied like any object.
 */
function isDataPrototype(registry, proto) {
  if (types.isProxy(proto) || slots.isHiddenPrototype(proto)) return false;
  const keys = ownKeys(proto);
  for (let i = 0; i < keys.length; i += 1) {
    const descriptor = getOwnPropertyDescriptor(proto, keys[i]);
    if (!hasOwn(descriptor, 'value')) return false;
    const { value } = descriptor;
    if (typeof value === 'function' && (keys[i] === 'constructor' || !hasName(registry, value))) return false;
  }
  return true;
}

function hasName(registry, fn) {
  if (types.isProxy(fn)) return false;
  return intrinsicName(fn, true) !== undefined || (registry !== undefined && registry.nameOf(fn) !== undefined);
}

/** A registered class: nothing of its chain may be private or unknown. */
function checkChain(job, name, proto) {
  if (job.registry.hasPrivateState(name)) job.refuse(`private-state:${className(proto)}`);
  prototypeRef(job, getPrototypeOf(proto));
}

function unknownPrototype(job, proto) {
  const name = className(proto);
  if (name === undefined) {
    return slots.isHiddenPrototype(proto) ? job.refuse('host-object') : job.refOf(proto);
  }
  return job.byName ? ['unregistered', name] : job.refuse(`class-instance:${name}`);
}

/** The name of the class that a prototype belongs to; `undefined` when it has no constructor. */
function className(proto) {
  const constructor = dataValue(proto, 'constructor');
  if (typeof constructor !== 'function') return undefined;
  const name = types.isProxy(constructor) ? undefined : dataValue(constructor, 'name');
  return typeof name === 'string' && name !== '' ? name : 'anonymous';
}

module.exports = { className, identity, isDataPrototype, namedObject, originalOf, prototypeRef, rememberOriginal };
