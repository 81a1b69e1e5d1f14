'use strict';
/**
 * watched.cjs: what the recording and the comparing hook both put around values
 * of the project.
 *
 * Invariants: the project gets the values that it would get without us, and its
 * errors pass as they are; ours never get out of `classesInto`.
 */
const { apply, construct, then, Proxy } = require('./captured.cjs');

/**
 * Tells how the promise of an async function settles. That promise is fresh, and
 * nobody but the instrumented function around it (or, for a wrapped arrow, the
 * caller, who then gets the promise that `then` gives) can see it, so that a
 * handler of ours hides no unhandled rejection.
 *
 * @param {Promise} promise
 * @param {boolean} owned whether the function is a wrapped arrow
 * @param {(kind: 'resolve' | 'reject', value: *) => void} settled must not throw
 * @returns {Promise} what the project gets
 */
function watchPromise(promise, owned, settled) {
  const derived = apply(then, promise, [
    (value) => {
      settled('resolve', value);
      return value;
    },
    (error) => {
      settled('reject', error);
      if (owned) throw error;
    },
  ]);
  return owned ? derived : promise;
}

/**
 * A function whose calls go through `call`.
 * @param {Function} fn
 * @param {(target: Function, self: *, args: Array) => *} call gives the result of the call
 * @param {() => void} constructed is told of `new`, which is not looked at
 */
function wrapFunction(fn, call, constructed) {
  return new Proxy(fn, {
    apply: call,
    construct(target, args, newTarget) {
      constructed();
      return construct(target, args, newTarget);
    },
  });
}

/**
 * The method `classes` of a hook. Classes that cannot be registered are as unknown ones: recorded,
 * their instances count as not copyable; compared in one process, identity tells them apart.
 * @param {{addClasses: Function}} registry
 */
function classesInto(registry) {
  return function classes(path, found, privateNames, functions) {
    try {
      registry.addClasses(path, found, privateNames, functions);
    } catch (_) {
      // See above.
    }
  };
}

module.exports = { classesInto, watchPromise, wrapFunction };
