'use strict';
/**
 * workload-inputs.cjs: what a workload module may give: for a set, a list of
 * calls, anything that can be iterated (also asynchronously), or a function,
 * generators included, that gives one of these; for a call, a list of
 * arguments or `{this, args}`.
 *
 * Invariants: a set is read one call at a time and no further than its reader
 * wants; what is none of these is an error that names the export.
 */

/** What is wrong with a workload file, and what to do about it. */
class WorkloadError extends Error {
  constructor(what, hint) {
    super(what);
    this.hint = hint;
  }
}

function late(where) {
  return new WorkloadError(`${where === 'it' ? 'it' : `its export \`${where}\``} does not come to an end in time`, 'make fewer inputs, or prepare them in a file that the module reads');
}

/**
 * The value of a promise, when it has one before the deadline.
 * @param {Promise<*>} promise
 * @param {string} where the export, for people
 * @param {number} deadline in milliseconds of `Date.now`
 */
async function inTime(promise, where, deadline) {
  let timer;
  const end = new Promise((_, reject) => {
    timer = setTimeout(() => reject(late(where)), Math.max(0, deadline - Date.now()));
  });
  try {
    return await Promise.race([promise, end]);
  } finally {
    clearTimeout(timer);
  }
}

/**
 * The calls of a set, one after the other.
 * @param {*} value what is exported
 * @param {string} where the export, for people
 * @param {number} deadline in milliseconds of `Date.now`
 */
async function* items(value, where, deadline) {
  let given = typeof value === 'function' ? value() : value;
  if (given !== null && typeof given === 'object' && typeof given.then === 'function') given = await inTime(given, where, deadline);
  const isIterable = given !== null && typeof given === 'object'
    && (typeof given[Symbol.asyncIterator] === 'function' || typeof given[Symbol.iterator] === 'function');
  if (!isIterable) {
    throw new WorkloadError(`its export \`${where}\` is no list of calls`, 'give a list of calls, or a function or generator of them; a call is a list of arguments');
  }
  const iterator = typeof given[Symbol.asyncIterator] === 'function' ? given[Symbol.asyncIterator]() : given[Symbol.iterator]();
  let done = false;
  try {
    for (;;) {
      const step = await inTime(Promise.resolve(iterator.next()), where, deadline);
      if (step.done) {
        done = true;
        return;
      }
      if (Date.now() > deadline) throw late(where);
      yield step.value;
    }
  } finally {
    if (!done && typeof iterator.return === 'function') iterator.return();
  }
}

/**
 * One call.
 * @param {*} item what the set gave
 * @param {string} where the export, for people
 * @param {number} index of the call in the set
 * @returns {{self: *, args: *[]}}
 */
function callOf(item, where, index) {
  if (Array.isArray(item)) return { self: undefined, args: item };
  if (item !== null && typeof item === 'object' && Array.isArray(item.args)) return { self: item.this, args: item.args };
  throw new WorkloadError(
    `call ${index} of its export \`${where}\` is no list of arguments`,
    'write a call as `[first, second]`, also when there is one argument, or as `{ this: value, args: [first] }`'
  );
}

module.exports = { WorkloadError, callOf, inTime, items };
