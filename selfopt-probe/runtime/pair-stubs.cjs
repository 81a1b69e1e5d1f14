'use strict';
/**
 * pair-stubs.cjs: stand-ins for callbacks, for runs on copies. A callback that
 * the test could notice is not called again (callbacks.cjs), and no callback of a
 * test does all that one may do. A stand-in does nothing and gives nothing (a
 * promise of nothing for an async one); it may also leave the collection that
 * holds it when it is called, as a listener does that wants one event only.
 *
 * Styles: `still`, `leaving`.
 *
 * Invariants: nothing of the project is called; only collections of the copies
 * are changed, each at most once for each function in it; the search for
 * them is bounded by MOST_OBJECTS.
 */
const { apply, getOwnPropertyDescriptor, isAsyncFunction, isProxy } = require('./captured.cjs');
const {
  types, isArray, ownKeys, mapForEach, setForEach, mapGet, mapSet, SafeMap, SafeSet, setAdd, setHas,
} = require('./primordials.cjs');
const { originalOf } = require('./graph-names.cjs');

const PromiseOf = Promise;
const { resolve } = Promise;
const { splice } = Array.prototype;
const { delete: mapDelete } = Map.prototype;
const { delete: setDelete } = Set.prototype;

const MOST_OBJECTS = 5000;

/** By original function: the innermost collection that it stands in, and what of that holds it. */
function holdersOf(roots) {
  const holders = new SafeMap();
  const seen = new SafeSet();
  const work = [];
  const visit = (value, holder) => {
    if (typeof value === 'function') {
      const fn = originalOf(value);
      if (holder !== null && mapGet(holders, fn) === undefined) mapSet(holders, fn, holder);
      return;
    }
    if (typeof value !== 'object' || value === null || isProxy(value)) return;
    if (setHas(seen, value) || work.length >= MOST_OBJECTS) return;
    setAdd(seen, value);
    work[work.length] = { value, holder };
  };
  for (let i = 0; i < roots.length; i += 1) visit(roots[i], null);
  for (let i = 0; i < work.length; i += 1) {
    const { value, holder } = work[i];
    if (types.isMap(value)) mapForEach(value, (held, key) => visit(held, { map: value, key }));
    else if (types.isSet(value)) setForEach(value, (held) => visit(held, { set: value, item: held }));
    const keys = ownKeys(value);
    const isList = isArray(value);
    for (let k = 0; k < keys.length && k < MOST_OBJECTS; k += 1) {
      const { value: held } = getOwnPropertyDescriptor(value, keys[k]);
      visit(held, isList ? { list: value, item: held } : holder);
    }
  }
  return holders;
}

/** Takes an entry out of its collection. */
function leave({ map, key, set, list, item }) {
  if (map !== undefined) apply(mapDelete, map, [key]);
  else if (set !== undefined) apply(setDelete, set, [item]);
  else {
    for (let i = 0; i < list.length; i += 1) {
      const own = getOwnPropertyDescriptor(list, i);
      if (own === undefined || own.value !== item) continue;
      apply(splice, list, [i, 1]);
      return;
    }
  }
}

/**
 * @param {'still'|'leaving'} style
 * @returns {{attach: (roots: Array) => void, instead: (fn: Function) => *}} `attach` is to be called with the
 *   copies before they are used, `instead` makes a call of the callback `fn`
 */
function createStubs(style) {
  let holders = null;
  const called = new SafeSet();
  return {
    attach(roots) {
      if (style === 'leaving') holders = holdersOf(roots);
    },
    instead(fn) {
      if (holders !== null && !setHas(called, fn)) {
        setAdd(called, fn);
        const holder = mapGet(holders, fn);
        if (holder !== undefined) {
          try {
            leave(holder);
          } catch (_) {
            // A frozen list keeps what it holds.
          }
        }
      }
      return !isProxy(fn) && isAsyncFunction(fn) ? apply(resolve, PromiseOf, [undefined]) : undefined;
    },
  };
}

module.exports = { createStubs };
