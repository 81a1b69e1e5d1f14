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
const { createLog } = require('./pair-log.cjs');
const { createStubs } = require('./pair-stubs.cjs');
const { quietly, quietlyLater } = require('./quiet.cjs');
const { byText } = require('./fresh.cjs');
const { isSameButName } = require('./special-names.cjs');
const { clone, difference, encode, print, printRef, sizes } = require('./graph.cjs');
const { SafeMap, mapSize, regExpExec, slice, types, getPrototypeOf } = require('./primordials.cjs');
const { intrinsicName } = require('./intrinsics.cjs');
const { className } = require('./graph-names.cjs');
const slots = require('./graph-slots.cjs');

const PromiseOf = Promise;
const { then } = Promise.prototype;
/** Characters of a counterexample that are shown of the arguments, of `this`, and of how a run ended. */
const INPUT_CHARS = 400;
const SELF_CHARS = 200;
const RESULT_CHARS = 400;
const WORDS = { return: 'returns', throw: 'throws', resolve: 'resolves to', reject: 'rejects with' };
const VETO = 'the call of a callback was prevented';
/** How callbacks are stood in for (pair-stubs.cjs), and what that is called in a difference. */
const STYLES = { still: 'with callbacks that do nothing', leaving: 'with callbacks that leave the list that holds them' };
/** Why a callback was not called again. */
const IS_VETO = /^callback-(?!log)/;

/** What `write(most)` gives, in `chars` characters, the last of which shows that there is more. */
function excerpt(write, chars) {
  const text = write(chars + 1);
  return text.length > chars ? `${slice(text, 0, chars - 1)}…` : text;
}

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
        // Arguments that are other texts than the call's.
        texts: [],
        selfBefore: liveThis ? encode([self], options) : null,
        // Identities from here on are of what a run made, or of what the call could not reach before it.
        known: mapSize(options.identities),
      };
      return { plan, reason: null };
    } catch (error) {
      return { plan: null, reason: reasonOf(error) };
    }
  }

  /** A fresh copy of the call's inputs; with a log of callbacks, which may be stood in for, where one is given. */
  function copyOf(plan, log, style) {
    const options = { registry, maxNodes: limits.nodesPerCall };
    const stubs = style === undefined ? null : createStubs(style);
    if (log !== undefined) {
      const overlaps = [];
      options.mayCall = (fn) => {
        const reason = log.isFull() ? 'callback-log-too-long' : stubs === null ? effectOf(fn) : null;
        if (reason === null) {
          overlaps[overlaps.length] = log.isOpen();
          return;
        }
        if (log.veto === null) log.veto = reason;
        throw VETO;
      };
      options.logCall = (fn, self, args, outcome) => {
        const overlapped = overlaps[overlaps.length - 1];
        overlaps.length -= 1;
        log.called(fn, self, args, outcome.kind, outcome.value, overlapped);
      };
      if (stubs !== null) options.instead = stubs.instead;
    }
    const { roots } = clone(plan.pristine, options);
    if (stubs !== null) stubs.attach(roots);
    const args = [];
    for (let i = 1; i < roots.length; i += 1) args[i - 1] = roots[i];
    for (let i = 0; i < plan.texts.length; i += 1) args[plan.texts[i].at] = plan.texts[i].text;
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

  /** Runs one side on a copy: `{kind, value, plain, full, self, args}` or `{reason}`. */
  function execute(plan, { fn, side, style }) {
    const log = createLog();
    const { self, args } = copyOf(plan, log, style);
    let kind = 'return';
    let value;
    try {
      value = quietly(plan.global, log.printed, () => within(side, () => apply(fn, self, args)));
    } catch (error) {
      kind = 'throw';
      value = error;
    }
    if (log.veto !== null) return { reason: log.veto };
    return { reason: null, kind, value, self, args, ...written(plan, kind, value, self, args, log.calls) };
  }

  /** The same for an async function; the promise never rejects. */
  function executeAsync(plan, { fn, side, style }) {
    return construct(PromiseOf, [(done) => {
      const log = createLog();
      const { self, args } = copyOf(plan, log, style);
      const end = (kind, value) => {
        if (log.veto !== null) return done({ reason: log.veto });
        try {
          return done({ reason: null, kind, value, self, args, ...written(plan, kind, value, self, args, log.calls) });
        } catch (error) {
          return done({ reason: reasonOf(error) });
        }
      };
      try {
        const quiet = quietlyLater(plan.global, log.printed, () => within(side, () => apply(fn, self, args)));
        const over = (kind) => (value) => {
          quiet.end();
          end(kind, value);
        };
        apply(then, quiet.value, [over('resolve'), over('reject')]);
      } catch (error) {
        end('throw', error);
      }
    }]);
  }

  const undecidable = (reason) => ({ verdict: 'undecidable', reason });

  /** The words of a difference. */
  function told(plan, a, b, found, style) {
    const { roots, nodes } = plan.before;
    const args = [];
    for (let i = 1; i < roots.length; i += 1) args[i - 1] = roots[i];
    const self = plan.self === undefined ? '' : `this = ${excerpt((most) => printRef(plan.before, roots[0], most), SELF_CHARS)}; `;
    const shown = excerpt((most) => print({ v: 1, roots: args, nodes }, most), INPUT_CHARS);
    const more = shown.length < INPUT_CHARS ? '' : `, ${plan.size.elements} elements`;
    return {
      input: `${self}(${shown})${more}`,
      base: ended(a, found.path, found.base),
      candidate: ended(b, found.path, found.candidate),
      path: style === undefined ? found.path : `${STYLES[style]}: ${found.path}`,
    };
  }

  /** What was found at the place that differs: how the run ended where that is all of it. */
  function ended({ kind, plain }, path, found) {
    if (path !== 'outcome' && path !== 'result') return found;
    return `${WORDS[kind]} ${excerpt((most) => printRef(plain, plain.roots[1], most), RESULT_CHARS)}`;
  }

  /** What follows from the outcomes of the call, of base and of candidate. */
  function* steps(plan, live, base, candidate) {
    const runs = (style) => [{ fn: base, side: 'base', style }, { fn: candidate, side: 'candidate', style }];
    const judged = yield* compared(plan, live, ...runs());
    if (judged.verdict === 'differs' || (judged.verdict === 'agreed' ? !judged.calls : regExpExec(IS_VETO, judged.reason) === null)) {
      return judged;
    }
    for (const style of ['still', 'leaving']) {
      const stubbed = yield* comparedWithStubs(plan, live, style, ...runs(style));
      if (stubbed === null) return judged;
      if (stubbed.verdict === 'differs') return stubbed;
    }
    return judged;
  }

  /**
   * The same with callbacks that are stood in for; `null` when the base does not give what the call gave,
   * so that it needs more of its callbacks than that.
   */
  function* comparedWithStubs(plan, live, style, runBase, runCandidate) {
    const a = yield runBase;
    if (a.reason !== null || a.kind !== live.kind) return null;
    if (style === 'still' && difference(ending(plan, live), ending(plan, a)) !== null) return null;
    const b = yield runCandidate;
    if (b.reason !== null) return null;
    const found = difference(a.full, b.full, namesOf(plan.args.length));
    if (found === null) return { verdict: 'agreed' };
    const again = yield runBase;
    if (again.reason !== null || difference(a.full, again.full) !== null) return null;
    return { verdict: 'differs', difference: told(plan, a, b, found, style) };
  }

  /** How a run ended, by itself. */
  function ending(plan, { kind, value }) {
    return write(plan, [kind, value]).encoding;
  }

  /**
   * Both versions on a call that agreed, with other texts as arguments. `left` says that the base throws, or does with a
   * special name what it does with no other text, which says nothing of inputs that a project gives.
   */
  function judgeVaried(plan, base, candidate, texts) {
    try {
      const roots = rootsOf([], plan.before.roots[0], plan.before.roots.slice(1));
      for (let i = 0; i < texts.length; i += 1) roots[texts[i].at + 1] = texts[i].text;
      const varied = { ...plan, texts, before: { ...plan.before, roots } };
      const a = execute(varied, { fn: base, side: 'base' });
      if (a.reason !== null) return undecidable(a.reason);
      if (a.kind !== 'return') return { verdict: 'left' };
      const b = execute(varied, { fn: candidate, side: 'candidate' });
      if (b.reason !== null) return undecidable(b.reason);
      const found = difference(a.full, b.full, namesOf(plan.args.length));
      if (found === null) return { verdict: 'agreed' };
      const again = execute(varied, { fn: base, side: 'base' });
      if (again.reason !== null || difference(a.full, again.full) !== null) return undecidable('not-repeatable');
      if (!takesNamesAsTexts(varied, base, a)) return { verdict: 'left' };
      return { verdict: 'differs', difference: told(varied, a, b, found) };
    } catch (error) {
      return undecidable(reasonOf(error));
    }
  }

  /** Whether the base does with the special names among other texts what it does with their neighbours. */
  function takesNamesAsTexts(varied, base, run) {
    const [{ at, name, ordinary }] = varied.texts;
    if (name === undefined) return true;
    const other = execute({ ...varied, texts: [{ at, text: ordinary }] }, { fn: base, side: 'base' });
    return other.reason === null && other.kind === run.kind && isSameButName(run.full, other.full, name);
  }

  /** What follows from runs with the callbacks of the test. */
  function* compared(plan, live, runBase, runCandidate) {
    const a = yield runBase;
    if (a.reason !== null) return undecidable(a.reason);
    if (difference(live.plain, a.plain) !== null) return undecidable(a.isOpen ? 'new-function' : 'not-repeatable');
    const b = yield runCandidate;
    if (b.reason !== null) return undecidable(b.reason);
    const found = difference(a.full, b.full, namesOf(plan.args.length));
    if (found === null) {
      return { verdict: 'agreed', kind: a.kind, calls: a.full !== a.plain, mutates: { base: changed(plan, a), candidate: changed(plan, b) } };
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
      const live = { kind, value, ...written(plan, kind, value, plan.self, plan.args, []) };
      if (changedThis(plan)) return undecidable('super-mutates');
      const walk = steps(plan, live, base, candidate);
      let step = walk.next();
      while (!step.done) step = walk.next(execute(plan, step.value));
      return step.value;
    } catch (error) {
      return undecidable(reasonOf(error));
    }
  }

  async function judgeAsync(plan, base, candidate, kind, value) {
    try {
      const live = { kind, value, ...written(plan, kind, value, plan.self, plan.args, []) };
      if (changedThis(plan)) return undecidable('super-mutates');
      const walk = steps(plan, live, base, candidate);
      let step = walk.next();
      while (!step.done) {
        step = walk.next(await executeAsync(plan, step.value));
      }
      return step.value;
    } catch (error) {
      return undecidable(reasonOf(error));
    }
  }

  return { prepare, judge, judgeAsync, judgeVaried, copyOf };
}

module.exports = { createComparer };
