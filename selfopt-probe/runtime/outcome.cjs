'use strict';
// Runs one call on a fresh copy of its inputs and writes down everything about its outcome that is
// compared: how it ended, the result together with `this` and the arguments as they are then, the
// values of an iterator as they came, what was printed, which clocks and random numbers were read,
// which objects an earlier call gave out already.
//
// Invariants: inputs and outcome are written at the very moment (before any other reaction of the
// project's code); everything used after project code was loaded was captured before; an outcome that
// cannot be written says why and is never taken for an equal one.

const { types, apply, slice } = require('./primordials.cjs');
const deterministic = require('./deterministic.cjs');
const output = require('./output.cjs');
const { decode, encode } = require('./graph.cjs');
const { createSharing } = require('./sharing.cjs');
const { consume, iteratorKind } = require('./iterators.cjs');
const { rewrite } = require('./rewrite.cjs');

const { then } = Promise.prototype;
const PromiseOf = Promise;
const turn = setImmediate;

/** Bounds of one written outcome. */
const LIMITS = { maxNodes: 200000, maxBytes: 33554432 };
/** Values of an iterator after which the whole state is written, and the bound of one such state. */
const STATES = 32;
const STATE_LIMITS = { maxNodes: 5000, maxBytes: 1048576 };
/** Characters of a reason, which may name a class of the project. */
const REASON_CHARS = 120;
/** Reactions that an un-awaited promise gets to run before the run is closed. */
const HOPS = 16;

/**
 * A runner of calls in this process. `takeIdle(fn)` registers what is called when nothing is left to
 * do (an awaited promise can then never settle) and gives a function that takes it back;
 * `takeUnhandled()` gives the errors of unhandled rejections and uncaught exceptions since it was last
 * called.
 *
 * @param {{registry: object, takeIdle: (fn: Function) => Function, takeUnhandled: () => any[]}} host
 * @returns {(fn: Function, roots: object, run: {number: number, take?: number, rewrites?: boolean, keeps?: boolean})
 *   => Promise<object>} with `keeps` the inputs are kept; with `rewrites` those that were kept last get the
 *   content of `roots` and are the inputs (rewrite.cjs)
 */
function createRunner(host) {
  const { registry } = host;
  const sharing = createSharing();
  let kept = null;

  /** Writes values; gives the encoding or the reason why there is none. */
  function written(roots, limits) {
    try {
      return { encoding: encode(roots, { registry, mode: 'data', ...limits }), reason: null };
    } catch (error) {
      return { encoding: null, reason: reasonOf(error) };
    }
  }

  return async function runCall(fn, roots, { number, take, rewrites, keeps }) {
    let inputs;
    try {
      inputs = decode(roots, { registry });
      if (rewrites === true && kept !== null) inputs = rewrite(kept, inputs);
      kept = keeps === true ? inputs : null;
    } catch (error) {
      return { kind: 'not-rebuilt', reason: reasonOf(error), encoding: null };
    }
    const self = inputs[0];
    const args = [];
    for (let i = 1; i < inputs.length; i += 1) args[i - 1] = inputs[i];
    host.takeUnhandled();
    const clock = deterministic.begin();
    const printed = output.begin(clock.open);

    const ending = await new PromiseOf((resolve) => {
      const states = [];
      const finish = (kind, result, via) => {
        const all = written(rootsOf(result, self, args), LIMITS);
        const shared = all.encoding === null ? [] : sharing.mark(result, number);
        resolve({ kind, via, ...all, shared, states });
      };
      const never = (via) =>
        host.takeIdle(() => resolve({ kind: 'pending', via, encoding: null, reason: null, shared: [], states }));
      let result;
      try {
        result = clock.within(() => apply(fn, self, args));
      } catch (error) {
        return finish('throw', error, null);
      }
      if (types.isProxy(result)) return finish('return', result, null);
      if (types.isPromise(result)) {
        const forget = never(null);
        return apply(then, result, [
          (value) => { forget(); finish('resolve', value, null); },
          (error) => { forget(); finish('reject', error, null); },
        ]);
      }
      const kind = iteratorKind(result);
      if (kind === undefined) return finish('return', result, null);
      const forget = never(kind.name);
      return consume(result, kind, take, {
        within: clock.within,
        answered(value) {
          if (states.length >= STATES) return;
          states[states.length] = written(rootsOf(value, self, args), STATE_LIMITS);
        },
        ended(sequence) {
          forget();
          finish('yields', sequence, kind.name);
        },
      });
    });

    for (let i = 0; i < HOPS; i += 1) await undefined;
    const reads = clock.end();
    const text = printed.end();
    await new PromiseOf((resolve) => turn(resolve));
    return {
      ...ending,
      reads: reads.reads,
      readCount: reads.count,
      output: text.chunks,
      outputLength: text.length,
      unhandled: unhandledOf(host.takeUnhandled(), written),
    };
  };
}

/** `[result, self, ...args]`. */
function rootsOf(result, self, args) {
  const roots = [result, self];
  for (let i = 0; i < args.length; i += 1) roots[i + 2] = args[i];
  return roots;
}

/** Errors that nobody handled, written one by one. */
function unhandledOf(errors, written) {
  const list = [];
  for (let i = 0; i < errors.length; i += 1) list[i] = written([errors[i]], STATE_LIMITS);
  return list;
}

/** Why something could not be written or rebuilt, as a kebab-case word. */
function reasonOf(error) {
  const reason = error !== null && typeof error === 'object' ? error.reason : undefined;
  return typeof reason === 'string' ? slice(reason, 0, REASON_CHARS) : 'not-encodable';
}

module.exports = { createRunner };
