'use strict';
/**
 * pair-log.cjs: what a run in place says beside its outcome: which callbacks it
 * called, with what and how that ended, and what it printed, in order.
 *
 * A promise that a callback gives is another one in every run; the log holds how
 * it settled instead, as far as it has when the run is over, and of each call
 * whether the promise of an earlier one was still open: callbacks that are
 * started at once are not those that wait for each other. (In which order open
 * promises settle is left out: that depends on turns of the queue that no
 * version promises.)
 *
 * Invariants: nothing of the project is called, but for the text of a promise
 * that is its own; a log holds MOST_CALLBACKS entries.
 */
const { apply, then, isPromise, isProxy } = require('./captured.cjs');

const MOST_CALLBACKS = 10000;

/**
 * @returns {{calls: Array, veto: string|null, printed: Function, called: Function, isFull: () => boolean,
 *   isOpen: () => boolean}} `veto` is for who prevents a call to say why; `called(fn, self, args, kind, value,
 *   overlaps)` notes one that was made, `overlaps` being what `isOpen()` gave when it began
 */
function createLog() {
  const calls = [];
  let open = 0;

  /** What stands for a promise: `{promise: "open" | "resolve" | "reject", value}`. */
  function settling(promise) {
    const slot = { __proto__: null, promise: 'open', value: undefined };
    const settled = (kind) => (value) => {
      open -= 1;
      slot.promise = kind;
      slot.value = value;
    };
    open += 1;
    apply(then, promise, [settled('resolve'), settled('reject')]);
    return slot;
  }

  return {
    calls,
    veto: null,
    isFull: () => calls.length >= MOST_CALLBACKS,
    isOpen: () => open > 0,
    called(fn, self, args, kind, value, overlaps) {
      const given = typeof value === 'object' && value !== null && !isProxy(value) && isPromise(value) ? settling(value) : value;
      calls[calls.length] = overlaps ? [fn, self, args, kind, given, 'while another one is open'] : [fn, self, args, kind, given];
    },
    printed(name, args) {
      if (calls.length < MOST_CALLBACKS) calls[calls.length] = [`console.${name}`, args];
    },
  };
}

module.exports = { createLog };
