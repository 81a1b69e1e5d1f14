'use strict';
// Tells whether a result holds objects that an earlier result of the same process held already: a
// version that hands out one object twice is another function than one that makes a new one, although
// each result by itself looks the same.
//
// Invariants: objects are held weakly; only values that could be written as data are walked (so no
// accessor and no proxy is met); at most LIMIT objects of a result are looked at.

const {
  types, isArray, isView, ownKeys, SafeWeakMap, SafeSet, setAdd, setHas, weakGet, weakSet, mapForEach, setForEach,
} = require('./primordials.cjs');

/** Objects of one result that are looked at, in the order of a walk by levels. */
const LIMIT = 4096;

/**
 * A memory of results.
 *
 * @returns {{mark: (value: any, run: number) => number[][]}} `mark` notes the objects of one result
 *   and gives those that were met before: `[position in the walk, number of the first run]`
 */
function createSharing() {
  const first = new SafeWeakMap();
  return {
    mark(value, run) {
      const again = [];
      const objects = walk(value);
      for (let i = 0; i < objects.length; i += 1) {
        const earlier = weakGet(first, objects[i]);
        if (earlier === undefined) weakSet(first, objects[i], run);
        else if (earlier !== run) again[again.length] = [i, earlier];
      }
      return again;
    },
  };
}

/** The objects that `value` holds, itself included, in a fixed order. */
function walk(value) {
  const list = [];
  const seen = new SafeSet();
  const visit = (child) => {
    if (typeof child !== 'object' || child === null || list.length >= LIMIT || setHas(seen, child)) return;
    setAdd(seen, child);
    list[list.length] = child;
  };
  visit(value);
  for (let i = 0; i < list.length && list.length < LIMIT; i += 1) children(list[i], visit);
  return list;
}

/** Calls `visit` with everything that an object holds. */
function children(object, visit) {
  if (types.isMap(object)) {
    mapForEach(object, (value, key) => {
      visit(key);
      visit(value);
    });
  } else if (types.isSet(object)) {
    setForEach(object, visit);
  } else if (isView(object)) {
    return;
  }
  if (isArray(object)) {
    for (let i = 0; i < object.length && i < LIMIT; i += 1) visit(object[i]);
    return;
  }
  const keys = ownKeys(object);
  for (let i = 0; i < keys.length && i < LIMIT; i += 1) visit(object[keys[i]]);
}

module.exports = { createSharing };
