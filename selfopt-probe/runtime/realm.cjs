'use strict';
/**
 * realm.cjs: notices functions of another realm. Some test runners run the
 * project in contexts of their own, each with its own `Math.max` and
 * `Array.prototype.push`; these are given the names of ours, so that a call which
 * gets one as an argument can be recorded.
 *
 * Invariants: a realm is announced once, by the first of its functions that is
 * called; its global object is asked of its own `Function`, which must be the
 * engine's; a realm is held no longer than its own objects; nothing throws.
 */
const { apply, FunctionOf } = require('./captured.cjs');
const { addRealm } = require('./graph.cjs');
const { types, getPrototypeOf, SafeWeakMap, weakGet, weakSet } = require('./primordials.cjs');
const { dataValue, intrinsicName } = require('./intrinsics.cjs');

const OwnObjectPrototype = Object.prototype;
const known = new SafeWeakMap();
const DEEPEST = 8;

/** The prototype at the end of the chain. */
function endOf(fn) {
  let at = fn;
  for (let i = 0; i < DEEPEST; i += 1) {
    if (types.isProxy(at)) return null;
    const next = getPrototypeOf(at);
    if (next === null) return at;
    at = next;
  }
  return null;
}

/**
 * Announces the realm of a function when it is a new one.
 * @param {Function} fn
 * @returns {object} the realm's global object; our own where it cannot be told
 */
function noticeRealm(fn) {
  const end = endOf(fn);
  if (end === null || end === OwnObjectPrototype) return globalThis;
  const found = weakGet(known, end);
  if (found !== undefined) return found;
  let global = globalThis;
  try {
    const object = dataValue(end, 'constructor');
    const functions = typeof object === 'function' ? dataValue(getPrototypeOf(object), 'constructor') : undefined;
    if (typeof functions === 'function' && functions !== FunctionOf && intrinsicName(functions, true) === 'Function') {
      global = apply(functions, undefined, ['return this'])();
      addRealm(global);
    }
  } catch (_) {
    // Its methods then count as functions of the project, which are not copied.
  }
  weakSet(known, end, global);
  return global;
}

module.exports = { noticeRealm };
