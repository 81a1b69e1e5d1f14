'use strict';
// The small words of an encoding: how one value stands in a field of a node, and the error that says
// that a value cannot be written.
//
// Invariants:
// - A reference is never changed once made; equal references may be one object.
// - A reference is plain JSON: a primitive stands for itself, everything else is an array whose first
//   item is a number (a node) or a word (see `graph.cjs` for the list).

const {
  create, defineProperty, freeze, bigintText, numberText, symbolFor, symbolKeyFor, SafeMap, mapGet, mapSet,
  ownKeys, regExpExec, stringify,
} = require('./primordials.cjs');

const toBigInt = BigInt;
const NAME = /^[A-Za-z_$][\w$]*$/;
const UNDEFINED = freeze(['undefined']);
const HOLE = freeze(['hole']);
const NAN = freeze(['NaN']);
const MINUS_ZERO = freeze(['-0']);
const INFINITY = freeze(['Infinity']);
const MINUS_INFINITY = freeze(['-Infinity']);

const symbolNames = new SafeMap();
const symbolValues = new SafeMap();
const symbolKeys = ownKeys(Symbol);
for (let i = 0; i < symbolKeys.length; i += 1) {
  const value = typeof symbolKeys[i] === 'string' ? Symbol[symbolKeys[i]] : undefined;
  if (typeof value === 'symbol') {
    mapSet(symbolNames, value, freeze(['symbol', symbolKeys[i]]));
    mapSet(symbolValues, symbolKeys[i], value);
  }
}

/**
 * Says that a value cannot be written as data. Made without a stack, because many are made while
 * tests run; for the same reason the path is worked out when it is first read.
 * @param {string} reason a kebab-case word with an optional `:NAME`
 * @param {string | (() => string)} path
 */
function NotCopyable(reason, path) {
  this.reason = reason;
  defineProperty(this, 'where', { value: path, writable: true, enumerable: false, configurable: true });
}
NotCopyable.prototype = create(Error.prototype, {
  constructor: { value: NotCopyable, writable: true, configurable: true },
  name: { value: 'NotCopyable', writable: true, configurable: true },
  path: {
    configurable: true,
    get() {
      if (typeof this.where === 'function') this.where = this.where();
      return this.where;
    },
  },
  message: {
    configurable: true,
    get() {
      return `not copyable: ${this.reason} at ${this.path}`;
    },
  },
});

/**
 * The reference of a number that does not stand for itself.
 * @param {number} value NaN, −0 or an infinity
 */
function specialNumber(value) {
  if (value !== value) return NAN;
  if (value === 0) return MINUS_ZERO;
  return value > 0 ? INFINITY : MINUS_INFINITY;
}

/**
 * The reference of a well-known or registered symbol; `undefined` for others.
 * @param {symbol} value
 */
function sharedSymbol(value) {
  const known = mapGet(symbolNames, value);
  if (known !== undefined) return known;
  const key = symbolKeyFor(value);
  return key === undefined ? undefined : ['symbol-for', key];
}

/** @param {bigint} value */
function bigintRef(value) {
  return ['bigint', bigintText(value)];
}

/**
 * The primitive value of a reference that is an array but no node, name or identity. `hole` reads as
 * `undefined`.
 * @param {Array} ref
 */
function primitiveOf(ref) {
  switch (ref[0]) {
    case 'undefined':
    case 'hole': return undefined;
    case 'NaN': return NaN;
    case '-0': return -0;
    case 'Infinity': return Infinity;
    case '-Infinity': return -Infinity;
    case 'bigint': return toBigInt(ref[1]);
    case 'symbol': {
      const value = mapGet(symbolValues, ref[1]);
      if (value === undefined) throw new TypeError(`unknown well-known symbol in an encoding: ${ref[1]}`);
      return value;
    }
    case 'symbol-for': return symbolFor(ref[1]);
    default: throw new TypeError(`unknown reference in an encoding: ${ref[0]}`);
  }
}

/** Whether a reference points to a node. */
function isNodeRef(ref) {
  return typeof ref === 'object' && ref !== null && typeof ref[0] === 'number';
}

/** A property key as it is written after a path, from its encoded form. */
function keyText(key) {
  if (typeof key !== 'string') return key[0] === 'identity' ? `[Symbol#${numberText(key[1])}]` : `[Symbol(${key[1]})]`;
  return regExpExec(NAME, key) !== null ? `.${key}` : `[${stringify(key)}]`;
}

module.exports = {
  HOLE, MINUS_ZERO, NAN, NotCopyable, UNDEFINED, bigintRef, isNodeRef, keyText, primitiveOf, sharedSymbol,
  specialNumber,
};
