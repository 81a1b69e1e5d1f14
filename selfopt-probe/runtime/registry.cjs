'use strict';
// The project's own classes and functions by name, so that an instance can be written as
// "instance of path#Name" in one process and rebuilt in another.
//
// Invariants:
// - A value has one name, the first that it was given. A name may stand for several functions (test
//   runners load a module again for each file); going back from a name gives the first of them,
//   the others are held weakly.
// - Only functions are registered; nothing of theirs is called, no getter is run.
// - A proxy is never registered: looking at it would run its traps.

const {
  types, getOwnPropertyDescriptor, getOwnPropertyNames, hasOwn, isArray,
  SafeMap, mapGet, mapSet, mapHas, SafeSet, setAdd, setHas, SafeWeakMap, weakGet, weakSet, weakHas,
} = require('./primordials.cjs');

/**
 * @typedef {object} Registry
 * @property {(path: string, classes: object, privateNames?: string[]) => void} addClasses
 * @property {(value: object) => string | undefined} nameOf of a registered function or its prototype
 * @property {(name: string) => object | undefined} prototypeOf
 * @property {(name: string) => Function | undefined} functionOf
 * @property {(name: string) => boolean} hasPrivateState
 */

/**
 * A registry that knows nothing yet. One for each side: names of both sides are equal.
 * @returns {Registry}
 */
function createRegistry() {
  const functions = new SafeMap();
  const prototypes = new SafeMap();
  const privates = new SafeSet();
  const names = new SafeWeakMap();

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
    addClasses(path, classes, privateNames) {
      const hidden = new SafeSet();
      if (isArray(privateNames)) {
        for (let i = 0; i < privateNames.length; i += 1) setAdd(hidden, privateNames[i]);
      }
      const keys = getOwnPropertyNames(classes);
      for (let i = 0; i < keys.length; i += 1) {
        const descriptor = getOwnPropertyDescriptor(classes, keys[i]);
        if (hasOwn(descriptor, 'value')) {
          addOne(`${path}#${keys[i]}`, descriptor.value, setHas(hidden, keys[i]));
        }
      }
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
