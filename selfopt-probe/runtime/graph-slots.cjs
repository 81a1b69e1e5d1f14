'use strict';
// What an object is, by its internal slots.
//
// Invariants:
// - The value is an object, no proxy and no array.
// - Nothing of the value is called; the answers hold for objects of any realm and any prototype.

const {
  types, getOwnPropertyDescriptor, getPrototypeOf, functionText, indexOf, isView, tagOf, hasOwn, SafeWeakMap,
  weakGet, weakSet,
} = require('./primordials.cjs');
const { dataValue, intrinsicName } = require('./intrinsics.cjs');

const ObjectPrototype = Object.prototype;
const TAG = Symbol.toStringTag;

/** Kinds that are written, by the word of their node; the others are refused with the word given. */
const REFUSED = {
  promise: 'promise',
  weak: 'weak-collection',
  generator: 'generator',
  host: 'host-object',
};

/** The kind of an object: a word of `graph.cjs`, or a key of `REFUSED`. */
function kindOf(value) {
  if (types.isMap(value)) return 'map';
  if (types.isSet(value)) return 'set';
  if (isView(value)) return types.isDataView(value) ? 'view' : 'typed';
  if (types.isDate(value)) return 'date';
  if (types.isRegExp(value)) return 'regexp';
  if (types.isNativeError(value)) return 'error';
  if (types.isBoxedPrimitive(value)) return 'boxed';
  if (types.isArgumentsObject(value)) return 'arguments';
  return rareKindOf(value);
}

function rareKindOf(value) {
  if (types.isArrayBuffer(value)) return 'buffer';
  if (types.isSharedArrayBuffer(value)) return 'shared-buffer';
  if (types.isPromise(value)) return 'promise';
  if (types.isWeakMap(value) || types.isWeakSet(value)) return 'weak';
  if (types.isGeneratorObject(value)) return 'generator';
  if (types.isMapIterator(value) || types.isSetIterator(value)) return 'host';
  if (types.isExternal(value) || types.isModuleNamespaceObject(value)) return 'host';
  return 'object';
}

/** Whether `Object.prototype.toString` may be asked about plain objects: no getter would run. */
function tagIsSafe() {
  return getOwnPropertyDescriptor(ObjectPrototype, TAG) === undefined;
}

/**
 * `kindOf` for an object whose prototype is this realm's `Object.prototype` and which has no own
 * symbols, while `tagIsSafe()`: the engine's tag rules most kinds out at once. What is left are
 * built-ins that somebody gave this prototype.
 */
function kindOfPlain(value) {
  if (tagOf(value) !== '[object Object]' || types.isMap(value) || types.isSet(value) || isView(value)
    || types.isAnyArrayBuffer(value) || types.isPromise(value) || types.isWeakMap(value)
    || types.isWeakSet(value) || types.isGeneratorObject(value)) return kindOf(value);
  return 'object';
}

/**
 * A question about a prototype or one that it inherits from, asked once for each object. Long chains
 * cost no stack, and a chain is walked once.
 */
function inherited(test) {
  const answers = new SafeWeakMap();
  return (proto) => {
    const passed = [];
    let answer = false;
    for (let at = proto; at !== null && !answer && !types.isProxy(at); at = getPrototypeOf(at)) {
      const known = weakGet(answers, at);
      if (known !== undefined) {
        answer = known;
        break;
      }
      passed[passed.length] = at;
      answer = test(at);
    }
    for (let i = 0; i < passed.length; i += 1) weakSet(answers, passed[i], answer);
    return answer;
  };
}

/**
 * Whether objects of this prototype are weak references or finalization registries. Their slots
 * cannot be asked for without an exception, so the chain of prototypes decides.
 */
const isWeakHolder = inherited((proto) => {
  const name = intrinsicName(proto, true);
  return name === 'WeakRef.prototype' || name === 'FinalizationRegistry.prototype';
});

/**
 * Whether a prototype belongs to built-in objects whose state cannot be read: iterators of arrays and
 * strings, iterator helpers. They have a native `next`.
 */
const isHiddenPrototype = inherited((proto) => {
  const next = dataValue(proto, 'next');
  return typeof next === 'function' && !types.isProxy(next) && indexOf(functionText(next), '[native code]') !== -1;
});

/** Whether this prototype is, or inherits from, an `Error.prototype`. */
const isErrorLike = inherited((proto) => intrinsicName(proto, true) === 'Error.prototype');

/** Whether a property of an arguments object is the accessor of strict functions. */
function isStrictCallee(descriptor) {
  return descriptor !== undefined && hasOwn(descriptor, 'get') && typeof descriptor.get === 'function'
    && descriptor.get === descriptor.set && !types.isProxy(descriptor.get)
    && indexOf(functionText(descriptor.get), '[native code]') !== -1;
}

module.exports = {
  REFUSED, isErrorLike, isHiddenPrototype, isStrictCallee, isWeakHolder, kindOf, kindOfPlain, tagIsSafe,
};
