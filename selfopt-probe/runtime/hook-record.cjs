'use strict';
/**
 * hook-record.cjs: the hook in mode `record`: writes down calls while the
 * project's own tests run.
 *
 * Files, in `out`: `.calls` holds frames, `.counts` numbers (see counts.cjs).
 * - `{kind: "call", call, function, stratum, text, slot, weight, elements, roots}`
 *   is written before the call. A later frame of the same function, stratum and
 *   slot replaces it; `weight` is how many calls this look stood for, `text` says what the
 *   stratum is.
 * - `{kind: "outcome", call, outcome}` is written when it is known.
 * Counters of a function: `seen`, `nested`, `skipped` (left out to save time),
 * `constructor`, `throws`, `async`, `bytes-limit`, `stopped` (the
 * disk takes no more), `recorder-error`, `not:REASON`, `stratum:HASH`, and those
 * of repeats.cjs. All but `seen`, `nested`, `skipped`, `constructor` and those of
 * repeats.cjs are in calls that were looked at, each counted for as many as it
 * stands for.
 *
 * Invariants: the function gets the arguments, `this` and the result that it
 * would get without us, and its errors pass as they are; ours never get out;
 * nothing of a call is kept in memory after its outcome was written.
 */
const { apply, construct, isPromise } = require('./captured.cjs');
const { createOutput, createFrameFile } = require('./writer.cjs');
const { createCounts } = require('./counts.cjs');
const { createGovernor } = require('./overhead.cjs');
const { hashText, createRandom, createReservoir } = require('./reservoir.cjs');
const { createRegistry } = require('./registry.cjs');
const { createRepeats } = require('./repeats.cjs');
const { encode, shape, sizes } = require('./graph.cjs');
const { nameFunction } = require('./named.cjs');
const { readFunctions, natureOf, selfOf } = require('./functions.cjs');
const { observe } = require('./iterate.cjs');
const { noticeRealm } = require('./realm.cjs');
const { readLimits } = require('./limits.cjs');
const { withRest } = require('./rest.cjs');
const { classesInto, watchPromise, wrapFunction } = require('./watched.cjs');

const { floor, log2 } = Math;
const EARLY_LOOKS = 32;

/** `[...first, self, ...args]` by index: the project may have replaced iterators and methods. */
function rootsOf(first, self, args) {
  const roots = first;
  roots[roots.length] = self;
  for (let i = 0; i < args.length; i += 1) roots[roots.length] = args[i];
  return roots;
}

/**
 * @param {object} probe the content of probe.json
 * @returns {object} the methods of the hook
 */
function create(probe) {
  const limits = readLimits(probe.limits);
  const seed = Number(probe.seed) || 0;
  const registry = createRegistry();
  const output = createOutput(probe.out);
  const counts = createCounts(output);
  const frames = createFrameFile(output, 'calls');
  const allowed = { share: limits.overheadShare, graceNs: limits.overheadGraceMs * 1e6 };
  const governor = createGovernor(allowed, createRandom(hashText('overhead', seed)));
  const options = { registry, mode: 'data', maxBytes: limits.bytesPerCall, maxNodes: limits.nodesPerCall };
  const states = [];
  let calls = 0;
  let busy = false;

  readFunctions(probe).forEach((info, id) => {
    states[id] = {
      id, info, nature: null, seen: null, inside: false, strata: Object.create(null), looks: 0, strataCount: 0, bytes: 0,
      repeats: null,
    };
  });

  /** The stratum of an encoding; beyond the limits, the one of all others. */
  function stratumOf(state, encoding, elements) {
    const size = floor(log2(elements + 1));
    const form = shape(encoding);
    let hash = `${hashText(`${size} ${form}`, 0)}`;
    let found = state.strata[hash];
    if (found !== undefined) return found;
    let text = `${form} 2^${size}`;
    if (state.strataCount >= limits.callsPerFunction) {
      hash = 'other';
      text = 'other';
      found = state.strata[hash];
      if (found !== undefined) return found;
    }
    found = {
      hash,
      text,
      counter: counts.counter(state.id, `stratum:${hash}`),
      reservoir: createReservoir(limits.callsPerStratum, createRandom(hashText(`${state.id} ${hash}`, seed))),
    };
    state.strata[hash] = found;
    state.strataCount += 1;
    return found;
  }

  /** Encodes and writes the call when the sample takes it. Null or a ticket. */
  function take(state, self, args, weight) {
    const roots = rootsOf([], self, args);
    let encoding;
    try {
      encoding = withRest(encode(roots, options), state.info.rest);
    } catch (error) {
      counts.add(state.id, `not:${reasonOf(error)}`, weight);
      return null;
    }
    if (state.repeats === null) state.repeats = createRepeats();
    state.repeats.look(encoding, roots, (name) => counts.add(state.id, name));
    const { elements } = sizes(encoding);
    const stratum = stratumOf(state, encoding, elements);
    counts.bump(stratum.counter, weight);
    if (state.bytes >= limits.bytesPerFunction) {
      counts.add(state.id, 'bytes-limit', weight);
      return null;
    }
    const slot = stratum.reservoir.offer(weight);
    if (slot < 0) return null;
    calls += 1;
    const call = calls;
    const written = frames.write({
      kind: 'call', call, function: state.id, stratum: stratum.hash, text: stratum.text,
      slot, weight, elements, roots: encoding,
    });
    if (written === 0) return null;
    state.bytes += written;
    return { state, call, weight, self, args };
  }

  /** What is done in front of a call. Null: nothing more to do with it. */
  function begin(state, base, self, args) {
    if (busy) return null;
    busy = true;
    try {
      if (state.seen === null) state.seen = counts.counter(state.id, 'seen');
      counts.bump(state.seen);
      if (state.inside) {
        counts.add(state.id, 'nested');
        return null;
      }
      if (frames.stopped()) {
        counts.add(state.id, 'stopped');
        return null;
      }
      // The first calls of each function are looked at whatever the others have cost.
      const isEarly = state.looks < EARLY_LOOKS;
      if (!isEarly && !governor.wants()) {
        counts.add(state.id, 'skipped');
        return null;
      }
      state.looks += 1;
      const start = governor.now();
      noticeRealm(base);
      const ticket = take(state, selfOf(known(state, base), self), args, isEarly ? 1 : governor.every());
      governor.spend(start);
      return ticket;
    } catch (_) {
      failed(state);
      return null;
    } finally {
      busy = false;
    }
  }

  function failed(state) {
    try {
      counts.add(state.id, 'recorder-error');
    } catch (_) {
      // Nothing is left that could be said.
    }
  }

  /** Writes the outcome of a recorded call. */
  function finish(ticket, kind, result) {
    const { state, call, weight, self, args } = ticket;
    busy = true;
    try {
      const start = governor.now();
      let outcome;
      try {
        outcome = { kind, encoding: encode(rootsOf([result], self, args), options) };
      } catch (error) {
        outcome = { kind: 'unobserved', reason: reasonOf(error) };
      }
      if (kind === 'throw' || kind === 'reject') counts.add(state.id, 'throws', weight);
      end(state, call, outcome);
      governor.spend(start);
    } catch (_) {
      failed(state);
    } finally {
      busy = false;
    }
  }

  function end(state, call, outcome) {
    state.bytes += frames.write({ kind: 'outcome', call, outcome });
  }

  function unobserved(ticket, reason) {
    try {
      end(ticket.state, ticket.call, { kind: 'unobserved', reason });
    } catch (_) {
      failed(ticket.state);
    }
  }

  /** A returned promise: that of an async function is followed, any other is left alone. */
  function settle(ticket, promise, owned) {
    const { state } = ticket;
    if (!state.nature.isAsync) {
      unobserved(ticket, 'promise');
      return promise;
    }
    counts.add(state.id, 'async', ticket.weight);
    return watchPromise(promise, owned, (kind, value) => finish(ticket, kind, value));
  }

  /** Runs the call of a ticket and follows it to its end. */
  function run(ticket, base, self, args, owned) {
    const { state } = ticket;
    let result;
    state.inside = true;
    try {
      result = apply(base, self, args);
    } catch (error) {
      state.inside = false;
      finish(ticket, 'throw', error);
      throw error;
    }
    state.inside = false;
    if (isPromise(result)) {
      try {
        return settle(ticket, result, owned);
      } catch (_) {
        failed(state);
        return result;
      }
    }
    finish(ticket, 'return', result);
    return result;
  }

  function constructed(state) {
    try {
      counts.add(state.id, 'seen');
      counts.add(state.id, 'constructor');
    } catch (_) {
      failed(state);
    }
  }

  return {
    call(id, self, args, base, newTarget) {
      const state = states[id];
      if (newTarget !== undefined) {
        if (state !== undefined) constructed(state);
        return construct(base, args, newTarget);
      }
      if (state === undefined) return apply(base, self, args);
      const ticket = begin(state, base, self, args);
      return ticket === null ? apply(base, self, args) : run(ticket, base, self, args, false);
    },

    generator(id, self, args, base) {
      const state = states[id];
      const ticket = state === undefined ? null : begin(state, base, self, args);
      const inner = apply(base, self, args);
      if (ticket === null) return inner;
      return observe(inner, {
        done: (sequence) => finish(ticket, 'yields', sequence),
        unobserved: (reason) => unobserved(ticket, reason),
      });
    },

    wrap(id, fn, name) {
      nameFunction(fn, name);
      const state = states[id];
      if (state === undefined || typeof fn !== 'function') return fn;
      const call = (target, self, args) => {
        // An arrow: it sees nothing of `self`.
        const ticket = begin(state, target, undefined, args);
        return ticket === null ? apply(target, self, args) : run(ticket, target, self, args, true);
      };
      return wrapFunction(fn, call, () => constructed(state));
    },

    classes: classesInto(registry),
  };
}

/** What the function is; asked of its value at the first call only. */
function known(state, fn) {
  if (state.nature === null) state.nature = natureOf(state.info, fn);
  return state.nature;
}

/** Why an encoder gave up, as a counter's name. */
function reasonOf(error) {
  if (error === null || typeof error !== 'object') return 'recorder-error';
  return typeof error.reason === 'string' ? error.reason : 'recorder-error';
}

module.exports = { create };
