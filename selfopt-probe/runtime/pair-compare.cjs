'use strict';
/**
 * pair-compare.cjs: base and candidate on copies of one live call.
 *
 * The call itself has been made with the base on the live values. Then the base
 * runs on a copy that was taken before: when that gives another outcome than the
 * call gave, the call cannot be repeated here and nothing is concluded. Then the
 * candidate runs on another copy; an outcome unlike the base's counts only when
 * the base on a third copy gives the first one again.
 *
 * An outcome is how it ended, with what, `this` and the arguments as they are
 * then, and the log of callback calls and of what was printed through `console`
 * (which is kept from the test), encoded together.
 *
 * Invariants: live values are read, never written, but for what a callback or
 * a version does beyond its arguments; a callback that could be noticed is not
 * called (callbacks.cjs); what cannot be copied exactly is not judged; nothing
 * of a call is held when its judgement is made.
 */
const { apply, construct } = require('./captured.cjs');
const { effectOf, hasNoticedBuiltIn } = require('./callbacks.cjs');
const { quietly } = require('./quiet.cjs');
const { byText } = require('./fresh.cjs');
const { clone, difference, encode, print, printRef, sizes } = require('./graph.cjs');
const { SafeMap, mapSize, types, getPrototypeOf } = require('./primordials.cjs');
const { intrinsicName } = require('./intrinsics.cjs');
const { className } = require('./graph-names.cjs');
const slots = require('./graph-slots.cjs');

const PromiseOf = Promise;
const { then } = Promise.prototype;
const MOST_CALLBACKS = 10000;
const TEXT = 2000;
const WORDS = { return: 'returns', throw: 'throws', resolve: 'resolves to', reject: 'rejects with' };
const VETO = 'the call of a callback was prevented';

/** `[...first, self, ...args]`, by index. */
function rootsOf(first, self, args) {
  const roots = first;
  roots[roots.length] = self;
  for (let i = 0; i < args.length; i += 1) roots[roots.length] = args[i];
  return roots;
}

function namesOf(count) {
  const names = ['outcome', 'result', 'this'];
  for (let i = 0; i < count; i += 1) names[names.length] = `args[${i}]`;
  names[names.length] = 'log';
  return names;
}

/** Why an object that was not copied makes a judgement impossible; `null` when it does not. */
function sharedReason(value, registry) {
  if (types.isProxy(value)) return 'proxy';
  if (intrinsicName(value, false) !== undefined || registry.nameOf(value) !== undefined) return null;
  const refused = slots.REFUSED[slots.kindOf(value)];
  if (refused !== undefined) return refused;
  const proto = getPrototypeOf(value);
  return `private-state:${(proto === null ? undefined : className(proto)) || 'anonymous'}`;
}

/** What a run says beside its outcome: callbacks called and lines printed, in order. */
function newLog() {
  const calls = [];
  return {
    calls,
    veto: null,
    printed(name, args) {
      if (calls.length < MOST_CALLBACKS) calls[calls.length] = [`console.${name}`, args];
    },
  };
}

/** Why a step failed, as a counter's name. */
function reasonOf(error) {
  if (error === null || typeof error !== 'object') return 'recorder-error';
  return typeof error.reason === 'string' ? error.reason : 'recorder-error';
}

/**
 * @param {{registry: object, limits: object, within: (side: string, run: () => *) => *}} host
 *   `within` runs a step of one side, so that calls in it stay on that side
 */
function createComparer({ registry, limits, within }) {
  /**
   * What is needed of a call before it is made: `{plan}`, or `{reason}` why it
   * cannot be judged.
   */
  function prepare(nature, global, self, args) {
    try {
      const options = {
        mode: 'live', registry, identities: new SafeMap(), maxNodes: limits.nodesPerCall, maxBytes: limits.bytesPerCall,
      };
      const before = encode(rootsOf([], self, args), options);
      if (hasNoticedBuiltIn(before)) return { plan: null, reason: 'callback-with-effects' };
      const liveThis = nature.isArrow;
      const copied = rootsOf([], liveThis ? undefined : self, args);
      const pristine = clone(copied, { registry, maxNodes: limits.nodesPerCall });
      for (let i = 0; i < pristine.shared.length; i += 1) {
        const reason = sharedReason(pristine.shared[i], registry);
        if (reason !== null) return { plan: null, reason };
      }
      const plan = {
        options, global, before, pristine: pristine.roots, liveThis, self, args, size: sizes(before),
        selfBefore: liveThis ? encode([self], options) : null,
        // Identities from here on are of what a run made, or of what the call could not reach before it.
        known: mapSize(options.identities),
      };
      return { plan, reason: null };
    } catch (error) {
      return { plan: null, reason: reasonOf(error) };
    }
  }

  /** A fresh copy of the call's inputs; with a log of callbacks where one is given. */
  function copyOf(plan, log) {
    const options = { registry, maxNodes: limits.nodesPerCall };
    if (log !== undefined) {
      options.mayCall = (fn) => {
        const reason = log.calls.length >= MOST_CALLBACKS ? 'callback-log-too-long' : effectOf(fn);
        if (reason === null) return;
        if (log.veto === null) log.veto = reason;
        throw VETO;
      };
      options.logCall = (fn, self, args, outcome) => {
        log.calls[log.calls.length] = [fn, self, args, outcome.kind, outcome.value];
      };
    }
    const { roots } = clone(plan.pristine, options);
    const args = [];
    for (let i = 1; i < roots.length; i += 1) args[i - 1] = roots[i];
    return { self: plan.liveThis ? plan.self : roots[0], args };
  }

  /** Values as data, functions that came up in a run by text where that says all. */
  function write(plan, roots) {
    const encoding = encode(roots, plan.options);
    const isOpen = byText(encoding, plan.options.identities, plan.known);
    return { encoding, isOpen };
  }

  /** The outcome as data, without and with the log. */
  function written(plan, kind, value, self, args, calls) {
    const { encoding: plain, isOpen } = write(plan, rootsOf([kind, value], self, args));
    if (calls.length === 0) return { plain, full: plain, isOpen };
    const roots = rootsOf([kind, value], self, args);
    roots[roots.length] = calls;
    return { plain, full: write(plan, roots).encoding, isOpen };
  }

  /** Runs one side on a copy: `{plain, full, self, args}` or `{reason}`. */
  function execute(plan, fn, side) {
    const log = newLog();
    const { self, args } = copyOf(plan, log);
    let kind = 'return';
    let value;
    try {
      value = quietly(plan.global, log.printed, () => within(side, () => apply(fn, self, args)));
    } catch (error) {
      kind = 'throw';
      value = error;
    }
    if (log.veto !== null) return { reason: log.veto };
    return { reason: null, kind, self, args, ...written(plan, kind, value, self, args, log.calls) };
  }

  /** The same for an async function; the promise never rejects. */
  function executeAsync(plan, fn, side) {
    return construct(PromiseOf, [(done) => {
      const log = newLog();
      const { self, args } = copyOf(plan, log);
      const end = (kind, value) => {
        if (log.veto !== null) return done({ reason: log.veto });
        try {
          return done({ reason: null, kind, self, args, ...written(plan, kind, value, self, args, log.calls) });
        } catch (error) {
          return done({ reason: reasonOf(error) });
        }
      };
      try {
        const promise = quietly(plan.global, log.printed, () => within(side, () => apply(fn, self, args)));
        apply(then, promise, [(value) => end('resolve', value), (error) => end('reject', error)]);
      } catch (error) {
        end('throw', error);
      }
    }]);
  }

  const undecidable = (reason) => ({ verdict: 'undecidable', reason });

  /** The words of a difference. */
  function told(plan, a, b, found) {
    const { roots, nodes } = plan.before;
    const args = [];
    for (let i = 1; i < roots.length; i += 1) args[i - 1] = roots[i];
    const self = plan.self === undefined ? '' : `this = ${printRef(plan.before, roots[0], TEXT)}; `;
    return {
      input: `${self}(${print({ v: 1, roots: args, nodes }, TEXT)})`,
      base: ended(a, found.path, found.base),
      candidate: ended(b, found.path, found.candidate),
      path: found.path,
    };
  }

  /** How a run ended, and what was found at the place that differs. */
  function ended({ kind, plain }, path, found) {
    const result = `${WORDS[kind]} ${printRef(plain, plain.roots[1], TEXT)}`;
    return path === 'outcome' || path === 'result' ? result : `${result}; ${path}: ${found}`;
  }

  /** What follows from the outcomes of the call, of base and of candidate. */
  function* steps(plan, live, runBase, runCandidate) {
    const a = yield runBase;
    if (a.reason !== null) return undecidable(a.reason);
    if (difference(live.plain, a.plain) !== null) return undecidable(a.isOpen ? 'new-function' : 'not-repeatable');
    const b = yield runCandidate;
    if (b.reason !== null) return undecidable(b.reason);
    const found = difference(a.full, b.full, namesOf(plan.args.length));
    if (found === null) {
      return { verdict: 'agreed', kind: a.kind, mutates: { base: changed(plan, a), candidate: changed(plan, b) } };
    }
    const again = yield runBase;
    if (again.reason !== null) return undecidable(again.reason);
    if (difference(a.full, again.full) !== null) return undecidable('not-repeatable');
    return { verdict: 'differs', difference: told(plan, a, b, found) };
  }

  /** Whether a run left `this` or an argument unlike it was. */
  function changed(plan, run) {
    return difference(plan.before, encode(rootsOf([], run.self, run.args), plan.options)) !== null;
  }

  /** Whether the call changed a `this` that cannot be copied, so that it cannot be repeated. */
  function changedThis(plan) {
    return plan.liveThis && difference(plan.selfBefore, encode([plan.self], plan.options)) !== null;
  }

  /** `kind` and `value` are how the call itself ended. */
  function judge(plan, base, candidate, kind, value) {
    try {
      const live = written(plan, kind, value, plan.self, plan.args, []);
      if (changedThis(plan)) return undecidable('super-mutates');
      const walk = steps(plan, live, base, candidate);
      let step = walk.next();
      while (!step.done) step = walk.next(execute(plan, step.value, step.value === candidate ? 'candidate' : 'base'));
      return step.value;
    } catch (error) {
      return undecidable(reasonOf(error));
    }
  }

  async function judgeAsync(plan, base, candidate, kind, value) {
    try {
      const live = written(plan, kind, value, plan.self, plan.args, []);
      if (changedThis(plan)) return undecidable('super-mutates');
      const walk = steps(plan, live, base, candidate);
      let step = walk.next();
      while (!step.done) {
        step = walk.next(await executeAsync(plan, step.value, step.value === candidate ? 'candidate' : 'base'));
      }
      return step.value;
    } catch (error) {
      return undecidable(reasonOf(error));
    }
  }

  return { prepare, judge, judgeAsync, copyOf };
}

module.exports = { createComparer };
