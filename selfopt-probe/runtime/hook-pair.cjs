'use strict';
/**
 * hook-pair.cjs: the hook in mode `pair`: runs base and candidate side by side
 * on the calls that the project's own tests make.
 *
 * Files, in `out`: `.counts` and `.pairs`, frames `{kind: "difference", function,
 * difference}`, `difference-inside` (of a variation) and `block` (pair-time.cjs).
 * Counters of a function: `seen`,
 * `nested`, `skipped`, `budget` (left out to save time), `constructor`, `agreed`,
 * `differs`, `undecidable:REASON`, `size:N` (compared calls of about N elements),
 * `mutates-base`, `mutates-candidate`, `async`, `time:WORD`, `varied:VERDICT`.
 *
 * Invariants: the test gets what the base gives on the live values, and gets it
 * before anything else is run; our errors never get out; calls that are made
 * while a side runs stay on that side, whichever function they are of, and are
 * not looked at; all looking and timing together adds at most `budgetMs` to a
 * process, and `callBudgetMs` of timing to a call, plus the run that was under
 * way.
 */
const { apply, construct, isPromise, now, then } = require('./captured.cjs');
const { createOutput, createFrameFile } = require('./writer.cjs');
const { createCounts } = require('./counts.cjs');
const { hashText, createRandom } = require('./reservoir.cjs');
const { createRegistry } = require('./registry.cjs');
const { nameFunction } = require('./named.cjs');
const { readFunctions, natureOf, mentionsThis, selfOf } = require('./functions.cjs');
const { noticeRealm } = require('./realm.cjs');
const { readPairLimits } = require('./pair-limits.cjs');
const { createComparer } = require('./pair-compare.cjs');
const { createTimer } = require('./pair-time.cjs');
const { variationOf } = require('./pair-vary.cjs');
const { createLaterTimer, hold } = require('./pair-time-later.cjs');
const { observe } = require('./iterate.cjs');
const { consume, iteratorKind } = require('./iterators.cjs');
const { types } = require('./primordials.cjs');
const { classesInto, watchPromise, wrapFunction } = require('./watched.cjs');

const { floor } = Math;
const PromiseOf = Promise;

/** Agreed calls that are all timed; the nth after them with a chance of FIRST_TIMED / n. */
const FIRST_TIMED = 10;

/** Async calls of a function that are compared at the same time. */
const MOST_WAITING = 8;

/** So many calls in a row that could not be repeated, and the function is left alone. */
const MOST_UNREPEATABLE = 5;

/** The test waits so many times the time for a call until it is let go, and after so many times that it was, never again. */
const HOLD_TIMES = 4;
const MOST_RELEASED = 3;

/** What a generator is assumed to cost before it was timed. */
const GENERATOR_NS = 10000;

/** A function that gives what a generator yields, up to where the test stopped: `{values, end, value}`. */
function drained(fn, take) {
  return function drain(...args) {
    const generator = apply(fn, this, args);
    let sequence;
    consume(generator, iteratorKind(generator), take, {
      within: (step) => step(), answered() {}, ended: (all) => { sequence = all; },
    });
    return sequence;
  };
}

/** The same for an async generator: a function that gives a promise. */
function drainedLater(fn, take) {
  return function drain(...args) {
    const generator = apply(fn, this, args);
    return construct(PromiseOf, [(done) => {
      consume(generator, iteratorKind(generator), take, { within: (step) => step(), answered() {}, ended: done });
    }]);
  };
}

/** Sizes are counted exactly up to 999, then by their three first digits. */
function about(elements) {
  let unit = 1;
  while (elements / unit >= 1000) unit *= 10;
  return floor(elements / unit) * unit;
}

/**
 * @param {object} probe the content of probe.json
 * @returns {object} the methods of the hook
 */
function create(probe) {
  const limits = readPairLimits(probe.pair);
  const seed = Number(probe.seed) || 0;
  const registry = createRegistry();
  const output = createOutput(probe.out);
  const counts = createCounts(output);
  const frames = createFrameFile(output, 'pairs');
  const random = createRandom(hashText('pair', seed));
  const states = [];
  /** The side that runs on copies at this moment. */
  let running = null;
  let spentNs = 0;

  readFunctions(probe).forEach((info, id) => {
    states[id] = {
      id, info, nature: null, inside: false, waiting: 0, looked: 0, differs: 0, unrepeatable: 0, timed: 0, warmNs: 0,
      varied: 0, variedDiffers: 0, released: 0,
    };
  });

  function within(side, run) {
    const before = running;
    running = side;
    try {
      return run();
    } finally {
      running = before;
    }
  }

  const comparer = createComparer({ registry, limits, within });
  const timing = { limits, random, write: (value) => frames.write(value), within, copyOf: comparer.copyOf };
  const timer = createTimer(timing);
  const laterTimer = createLaterTimer(timing);

  const left = () => limits.budgetMs * 1e6 - spentNs;
  const count = (state, name, by) => counts.add(state.id, name, by);

  /** Runs `work` on our own account: timed, and silent when it fails. */
  function account(work) {
    const start = now();
    try {
      return work();
    } catch (_) {
      return null;
    } finally {
      spentNs += now() - start;
    }
  }

  /** Whether this call is looked at. Counts it. */
  function wants(state) {
    count(state, 'seen');
    if (laterTimer.disturbs()) return refuse(state, 'skipped');
    if (state.inside) return refuse(state, 'nested');
    if (counts.stopped()) return false;
    if (state.waiting >= MOST_WAITING || state.unrepeatable >= MOST_UNREPEATABLE) return refuse(state, 'skipped');
    state.looked += 1;
    const nth = state.looked - limits.warmCalls;
    const first = limits.compareCalls / 2;
    if (nth <= 0 || (nth > first && random() * (nth - first) >= first)) return refuse(state, 'skipped');
    return left() > 0 || refuse(state, 'budget');
  }

  function refuse(state, name) {
    count(state, name);
    return false;
  }

  function undecidable(state, reason) {
    count(state, `undecidable:${reason}`);
    return null;
  }

  /** What is done in front of a call: a plan, or null. */
  function before(state, self, args, base, candidate, owned) {
    return account(() => {
      if (!wants(state)) return null;
      const global = noticeRealm(base);
      if (state.nature === null) state.nature = natureOf(state.info, base);
      // The `this` of an arrow is where it was made: it cannot be copied.
      if (owned && (mentionsThis(base) || mentionsThis(candidate))) return undecidable(state, 'lexical-this');
      const seen = owned ? undefined : selfOf(state.nature, self);
      const { plan, reason } = comparer.prepare(state.nature, global, seen, args);
      return plan === null ? undecidable(state, reason) : plan;
    });
  }

  /** Writes down what a comparison gave. */
  function note(state, plan, judged) {
    if (judged.verdict === 'undecidable') {
      if (judged.reason === 'not-repeatable') state.unrepeatable += 1;
      return undecidable(state, judged.reason);
    }
    state.unrepeatable = 0;
    count(state, `size:${about(plan.size.elements)}`);
    if (judged.verdict === 'differs') {
      state.differs += 1;
      count(state, 'differs');
      if (state.differs <= limits.differences) {
        frames.write({ kind: 'difference', function: state.id, difference: judged.difference });
      }
      return null;
    }
    count(state, 'agreed');
    if (judged.mutates.base) count(state, 'mutates-base');
    if (judged.mutates.candidate) count(state, 'mutates-candidate');
    return judged;
  }

  /** Variations of a call that agreed. */
  function vary(state, plan, base, candidate) {
    const until = now() + limits.varyMs * 1e6;
    for (let i = 0; i < limits.variationsPerCall && state.varied < limits.variations; i += 1) {
      if (left() <= 0 || now() > until) return;
      const texts = variationOf(plan.args, state.varied, random);
      if (texts.length === 0) return;
      const judged = comparer.judgeVaried(plan, base, candidate, texts);
      if (judged.verdict === 'undecidable') return;
      state.varied += 1;
      count(state, `varied:${judged.verdict}`);
      if (judged.verdict !== 'differs') continue;
      state.variedDiffers += 1;
      if (state.variedDiffers <= limits.differences) {
        frames.write({ kind: 'difference-inside', function: state.id, difference: judged.difference });
      }
    }
  }

  /** Whether a call is timed: the first ones, then rarer ones, for the whole run should have its say within the budget. */
  function isTimed(state) {
    state.timed += 1;
    return state.timed <= FIRST_TIMED || random() * state.timed < FIRST_TIMED;
  }

  /** Nanoseconds for the timing of a call. */
  const room = () => (left() < limits.callBudgetMs * 1e6 ? left() : limits.callBudgetMs * 1e6);

  /** What is done after a call that returned or threw. */
  function after(state, plan, base, candidate, kind, value, costNs) {
    account(() => {
      if (3 * costNs > left()) return refuse(state, 'budget');
      const judged = note(state, plan, comparer.judge(plan, base, candidate, kind, value));
      if (!limits.time && judged !== null && judged.kind === 'return') vary(state, plan, base, candidate);
      if (!limits.time || judged === null || judged.kind !== 'return' || state.differs > 0) return null;
      if (!isTimed(state)) return null;
      const mutates = judged.mutates.base || judged.mutates.candidate;
      const word = timer.time(state, plan, { base, candidate, mutates, costNs, until: now() + room() });
      return count(state, `time:${word}`);
    });
  }

  /** Judges a call that ended, with versions that give promises; times it when a test is held back. */
  function judgeLater(state, plan, base, candidate, kind, value, test) {
    const start = now();
    const end = (judged) => {
      state.waiting -= 1;
      spentNs += now() - start;
      const agreed = note(state, plan, judged);
      if (test === null || agreed === null || agreed.kind !== 'resolve' || state.differs > 0) return null;
      return timeLater(state, plan, base, candidate, agreed, test);
    };
    return account(() => apply(then, comparer.judgeAsync(plan, base, candidate, kind, value), [end, () => 0]));
  }

  /** Times an async function while the test is held back. */
  function timeLater(state, plan, base, candidate, { mutates }, test) {
    const start = now();
    const told = laterTimer.time(state, plan, {
      base, candidate, mutates: mutates.base || mutates.candidate, until: start + room(), isOver: () => test.isGone,
    });
    return apply(then, told, [(word) => {
      spentNs += now() - start;
      if (word === 'released') state.released += 1;
      count(state, `time:${word}`);
    }, () => 0]);
  }

  /** The same for an async function, once its promise has settled. */
  function later(state, plan, promise, base, candidate, owned) {
    count(state, 'async');
    state.waiting += 1;
    const settled = (kind, value, test) => judgeLater(state, plan, base, candidate, kind, value, test || null);
    const isHeld = limits.time && state.differs === 0 && state.released < MOST_RELEASED && isTimed(state);
    if (!isHeld) return watchPromise(promise, owned, settled);
    // Nobody but the instrumented function sees which promise it gets: it awaits it.
    return hold(promise, settled, HOLD_TIMES * limits.callBudgetMs);
  }

  /** A generator's call: compared when the test has taken what it wants of it. */
  function follow(state, plan, generator, base, candidate) {
    const kind = iteratorKind(generator);
    if (!state.nature.isGenerator || kind === undefined) {
      undecidable(state, 'generator');
      return generator;
    }
    return observe(generator, {
      done(sequence) {
        const take = sequence.end === 'left' ? sequence.values.length : undefined;
        if (kind.async) {
          count(state, 'async');
          state.waiting += 1;
          judgeLater(state, plan, drainedLater(base, take), drainedLater(candidate, take), 'resolve', sequence, null);
          return;
        }
        after(state, plan, drained(base, take), drained(candidate, take), 'return', sequence, GENERATOR_NS);
      },
      unobserved: (reason) => account(() => undecidable(state, reason)),
    });
  }

  /** A call that is looked at. */
  function run(state, plan, self, args, base, candidate, owned) {
    let value;
    const start = now();
    state.inside = true;
    try {
      value = apply(base, self, args);
    } catch (error) {
      state.inside = false;
      after(state, plan, base, candidate, 'throw', error, now() - start);
      throw error;
    }
    state.inside = false;
    const costNs = now() - start;
    try {
      if (types.isProxy(value)) undecidable(state, 'proxy');
      else if (isPromise(value)) {
        if (state.nature.isAsync) return later(state, plan, value, base, candidate, owned);
        undecidable(state, 'promise');
      } else if (types.isGeneratorObject(value)) return follow(state, plan, value, base, candidate);
      else after(state, plan, base, candidate, 'return', value, costNs);
    } catch (_) {
      // The value is the test's, whatever became of the comparison.
    }
    return value;
  }

  /** A call of a function that has two versions. Without a state nobody judges it: it goes with the side that runs. */
  function pair(state, self, args, base, candidate, owned) {
    if (running !== null) return apply(running === 'candidate' ? candidate : base, self, args);
    const plan = state === undefined ? null : before(state, self, args, base, candidate, owned);
    return plan === null ? apply(base, self, args) : run(state, plan, self, args, base, candidate, owned);
  }

  function constructed(state) {
    if (state === undefined) return;
    account(() => {
      count(state, 'seen');
      count(state, 'constructor');
    });
  }

  return {
    pair(id, self, args, base, candidate, newTarget) {
      if (newTarget !== undefined) {
        constructed(states[id]);
        return construct(base, args, newTarget);
      }
      return pair(states[id], self, args, base, candidate, false);
    },

    wrap(id, fn, name, candidate) {
      nameFunction(fn, name);
      const state = states[id];
      if (typeof fn !== 'function' || typeof candidate !== 'function') return fn;
      const call = (target, self, args) => pair(state, self, args, target, candidate, true);
      return wrapFunction(fn, call, () => constructed(state));
    },

    classes: classesInto(registry),
  };
}

module.exports = { create };
