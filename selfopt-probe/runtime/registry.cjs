'use strict';
// The project's own classes and functions by name, so that an instance can be written as
// "instance of path#Name" in one process and rebuilt in another.
//
// Invariants:
// - A value has one name, the first that it was given. A name may stand for several functions (test
//   runners load a module again for each file); going back from a name gives the first of them,
//   the others are held weakly.
// - Only functions are registered; nothing of theirs is called, no getter is run.
// - A function that is no class stands for itself only: its prototype has no name, and it has one as
//   long as its own properties are what they were, since a name says nothing of them.
// - A proxy is never registered: looking at it would run its traps.

const {
  types, getOwnPropertyDescriptor, getOwnPropertyNames, hasOwn, isArray, ownKeys,
  SafeMap, mapGet, mapSet, mapHas, SafeSet, setAdd, setHas, SafeWeakMap, weakGet, weakSet, weakHas,
} = require('./primordials.cjs');

const { is } = Object;

/**
 * @typedef {object} Registry
 * @property {(path: string, classes: object, privateNames?: string[], functions?: object) => void} addClasses
 * @property {(value: object) => string | undefined} nameOf of a registered class, its prototype or a function
 * @property {(fn: Function) => boolean} isAsRegistered whether a registered function still has the own
 *   properties that it had; a class always counts as having them
 * @property {(name: string) => object | undefined} prototypeOf
 * @property {(name: string) => Function | undefined} functionOf
 * @property {(name: string) => boolean} hasPrivateState
 */

/** The own properties of a function, in order: `[{key, value, get, set}]`. */
function propertiesOf(fn) {
  const list = [];
  const keys = ownKeys(fn);
  for (let i = 0; i < keys.length; i += 1) {
    const { value, get, set } = getOwnPropertyDescriptor(fn, keys[i]);
    list[i] = { key: keys[i], value, get, set };
  }
  return list;
}

function sameProperties(a, b) {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i += 1) {
    if (a[i].key !== b[i].key || a[i].get !== b[i].get || a[i].set !== b[i].set || !is(a[i].value, b[i].value)) return false;
  }
  return true;
}

/**
 * A registry that knows nothing yet. One for each side: names of both sides are equal.
 * @returns {Registry}
 */
function createRegistry() {
  const functions = new SafeMap();
  const prototypes = new SafeMap();
  const privates = new SafeSet();
  const names = new SafeWeakMap();
  /** Of functions that are no classes: what they had when they were registered. */
  const properties = new SafeWeakMap();

  function addFunction(name, value) {
    if (typeof value !== 'function' || types.isProxy(value) || weakHas(names, value)) return;
    if (!mapHas(functions, name)) mapSet(functions, name, value);
    weakSet(names, value, name);
    weakSet(properties, value, propertiesOf(value));
  }

  /** Calls `add(name, value)` for each own property that holds a value. */
  function eachValue(path, object, add) {
    const keys = getOwnPropertyNames(object);
    for (let i = 0; i < keys.length; i += 1) {
      const descriptor = getOwnPropertyDescriptor(object, keys[i]);
      if (hasOwn(descriptor, 'value')) add(`${path}#${keys[i]}`, descriptor.value, keys[i]);
    }
  }

  function addOne(name, value, isPrivate) {
    if (typeof value !== 'function' || types.isProxy(value)) return;
    if (isPrivate) setAdd(privates, name);
    if (weakHas(names, value)) return;
    const isFirst = !mapHas(functions, name);
    if (isFirst) mapSet(functions, name, value);
    weakSet(names, value, name);
    const descriptor = getOwnPropertyDescriptor(value, 'prototype');
    if (descriptor === undefined || !hasOwn(descriptor, 'value')) return;
    const prototype = descriptor.value;
    if (typeof prototype !== 'object' || prototype === null || types.isProxy(prototype)) return;
    if (weakHas(names, prototype)) return;
    if (isFirst) mapSet(prototypes, name, prototype);
    weakSet(names, prototype, name);
  }

  return {
    addClasses(path, classes, privateNames, named) {
      const hidden = new SafeSet();
      if (isArray(privateNames)) {
        for (let i = 0; i < privateNames.length; i += 1) setAdd(hidden, privateNames[i]);
      }
      eachValue(path, classes, (name, value, key) => addOne(name, value, setHas(hidden, key)));
      if (typeof named === 'object' && named !== null) eachValue(path, named, addFunction);
    },
    isAsRegistered(fn) {
      const before = weakGet(properties, fn);
      return before === undefined || sameProperties(before, propertiesOf(fn));
    },
    nameOf(value) {
      return weakGet(names, value);
    },
    prototypeOf(name) {
      return mapGet(prototypes, name);
    },
    functionOf(name) {
      return mapGet(functions, name);
    },
    hasPrivateState(name) {
      return setHas(privates, name);
    },
  };
}

module.exports = { createRegistry };
