'use strict';
// Replays the recorded calls: base, base once more and the candidate, call by call in recorded order,
// then base and candidate a second time with the same inputs, then those that agreed in another order
// and with rewritten objects (sequence.cjs).
//
// Invariants: each call is counted once, as agreed, as a difference or under the reason why nothing
// can be concluded from it; a difference is told only for a call on which the base agrees with itself,
// in another process and the second time, and, where its outcome was recorded, with the recording.

const { difference, print, sizes } = require('./graph.cjs');
const { compareRuns, encodingsDifference, errorOf, isGone } = require('./compare.cjs');
const { inputOf } = require('./replay-host.cjs');
const { lookAtSequence } = require('./sequence.cjs');
const { startTrio } = require('./trio.cjs');

/** Characters of an input in a counterexample: of any, and of one whose lists are too long to be read. */
const INPUT_CHARS = 600;
const LONG_CHARS = 120;
const LONG_ELEMENTS = 100;
/** Characters of each other text of a counterexample. */
const TEXT_CHARS = 600;

/**
 * How many values to take from an iterator so that the replay ends like the recording; `undefined`
 * for all.
 */
function takeOf(outcome) {
  if (!isObserved(outcome) || outcome.kind !== 'yields') return undefined;
  const { roots, nodes } = outcome.encoding;
  const sequence = nodes[roots[0][0]];
  const field = (key) => sequence.vals[sequence.keys.indexOf(key)];
  return field('end') === 'left' ? nodes[field('values')[0]].len : undefined;
}

/** Whether the recorder saw how a call ended. */
function isObserved(outcome) {
  return outcome !== null && outcome !== undefined && outcome.encoding !== undefined && outcome.encoding !== null;
}

/** What the base did against what was recorded: `faithful`, `unverified` or `unfaithful`. */
function faithOf(recorded, base) {
  if (!isObserved(recorded)) return 'unverified';
  // The engine's messages quote the source, which the tests may have run in another form.
  const same = recorded.kind === base.kind && encodingsDifference(recorded, base, false) === null;
  if (same) return 'faithful';
  // Clocks and random numbers are not those of the recording: what depends on them must differ.
  return base.readCount > 0 ? 'unverified' : 'unfaithful';
}

/** Why nothing can be concluded from an outcome of the base, or `null`. */
function undecidable(base) {
  if (isGone(base)) return goneReason('base', base);
  if (base.kind === 'not-rebuilt') return `not-rebuilt:${base.reason}`;
  if (base.kind === 'pending') return 'never-settles';
  if (base.encoding === null) return base.reason;
  const error = base.kind === 'throw' || base.kind === 'reject' ? errorOf(base.encoding) : null;
  return error !== null && error.name === 'RangeError' && /call stack/.test(error.message) ? 'stack-overflow' : null;
}

/** Why nothing can be concluded from an outcome of the candidate where the base has a good one. */
function candidateUndecidable(candidate) {
  // It has no class or function of that name any more: no caller of its own would hand one over.
  if (candidate.kind === 'not-rebuilt') return 'candidate-not-rebuilt';
  if (candidate.kind === 'timeout' || candidate.kind === 'broken') return goneReason('candidate', candidate);
  if (candidate.kind === 'exit' && candidate.signal !== null) return goneReason('candidate', candidate);
  return candidate.encoding === null && candidate.reason === 'too-large' ? 'too-large' : null;
}

/** The reason word of a side that is gone. */
function goneReason(side, outcome) {
  switch (outcome.kind) {
    case 'hang': return `${side}-hangs`;
    case 'exit': return outcome.signal === null ? `${side}-exits` : `${side}-killed`;
    case 'timeout': return `${side}-timeout`;
    default: return `${side}-breaks-protocol`;
  }
}

/** Whether an outcome shows `this` and the arguments as they were not before the call. */
function mutated(roots, outcome) {
  if (!outcome.encoding) return false;
  const { v, nodes } = outcome.encoding;
  return difference(roots, { v, roots: outcome.encoding.roots.slice(1), nodes }) !== null;
}

/** A counterexample; `prefix` says under which circumstances. */
function counterexample(found, roots, origin, index, prefix) {
  const cut = (text) => (text.length > TEXT_CHARS ? `${text.slice(0, TEXT_CHARS - 1)}…` : text);
  return {
    input: inputText(roots),
    base: cut(found.base),
    candidate: cut(found.candidate),
    path: cut(prefix ? `${prefix}: ${found.path}` : found.path),
    origin,
    call: index,
  };
}

/** The arguments as text, with `this` when there is one. */
function inputText(roots) {
  const [self] = roots.roots;
  const { elements } = sizes(roots);
  const isLong = elements > LONG_ELEMENTS;
  const text = (refs) => print({ ...roots, roots: refs }, isLong ? LONG_CHARS : INPUT_CHARS);
  const args = `(${text(roots.roots.slice(1))})${isLong ? `, ${elements} elements` : ''}`;
  const isMissing = self === null || (Array.isArray(self) && self[0] === 'undefined');
  return isMissing ? args : `${args} on this = ${text([self])}`;
}

/** The state of the recorded calls while they are replayed. */
function createTally(calls) {
  return {
    entries: calls.map(({ roots, outcome }, index) => ({
      index,
      roots,
      recorded: outcome,
      take: takeOf(outcome),
      base: null,
      verdict: null,
    })),
    mutates: { base: false, candidate: false },
    async: false,
    throwsSeen: false,
  };
}

/** Runs one call on all three and gives its verdict (`null`: agreed so far). */
async function first(trio, entry, tally) {
  const call = { input: inputOf(entry.roots), take: entry.take };
  const run = await trio.run('base', call);
  const base = run.read();
  const reason = undecidable(base);
  if (run.gone) return { reason };
  const again = await trio.run('again', call, run);
  const other = await trio.run('candidate', call, run);
  if (again.gone || compareRuns(run, again) !== null) return { reason: 'nondeterministic' };
  if (reason !== null) return { reason };
  const faith = faithOf(entry.recorded, base);
  if (faith === 'unfaithful') return { reason: 'unfaithful' };
  entry.faith = faith;
  entry.base = run;
  if (base.kind === 'resolve' || base.kind === 'reject' || base.via === 'async generator') tally.async = true;
  if (isThrow(base)) tally.throwsSeen = true;
  const found = compareRuns(run, other);
  const changed = mutated(entry.roots, base);
  if (changed) tally.mutates.base = true;
  if (found === null ? changed : mutated(entry.roots, other.read())) tally.mutates.candidate = true;
  run.forget();
  if (found === null) return null;
  const open = candidateUndecidable(other.read());
  return open === null ? { reason: 'difference', found } : { reason: open };
}

/** The second look at a call that agreed: the same input again or, for iterators, another end. */
async function second(trio, entry) {
  const isIterator = entry.base.read().kind === 'yields';
  const take = !isIterator ? entry.take : entry.take === undefined ? 1 : undefined;
  const call = { input: inputOf(entry.roots), take };
  const once = await trio.run('base', call);
  if (once.gone) return { reason: goneReason('base', once.gone) };
  const other = await trio.run('candidate', call, once);
  if (!isIterator && compareRuns(entry.base, once, { sharing: false }) !== null) return { reason: 'module-state' };
  const found = compareRuns(once, other);
  if (found === null || undecidable(once.read()) !== null) return null;
  const open = candidateUndecidable(other.read());
  if (open !== null) return { reason: open };
  return { reason: 'difference', found, prefix: isIterator ? 'consumed to another point' : 'called again with the same input' };
}

/**
 * Replays all calls until `outOfTime()`.
 *
 * @param {object} request of replay.cjs
 * @param {object[]} calls as readCalls gives them
 * @param {() => boolean} outOfTime
 * @returns {Promise<object>} the counts and the difference of the result, and `usable`: the calls on
 *   which both sides agreed
 */
async function replayRecorded(request, calls, outOfTime) {
  const tally = createTally(calls);
  const trio = await startTrio(request, ['base', 'again', 'candidate']);
  let running = true;
  const look = async (entry, judge) => {
    if (!running || outOfTime()) {
      entry.verdict = { reason: running ? 'budget' : 'not-run' };
      return;
    }
    entry.verdict = await judge(trio, entry, tally);
    if (trio.anyGone()) running = await trio.restart();
  };
  try {
    for (const entry of tally.entries) await look(entry, first);
    for (const entry of tally.entries) {
      // Without time for a second look the first one counts.
      if (entry.verdict === null && running && !outOfTime()) await look(entry, second);
      entry.base = null;
    }
    const agreed = tally.entries.filter((entry) => entry.verdict === null);
    const differs = tally.entries.some(({ verdict }) => verdict !== null && verdict.reason === 'difference');
    if (running && agreed.length > 0 && !differs) {
      const isUndecidable = (base, candidate) => undecidable(base) !== null || candidateUndecidable(candidate) !== null;
      const seen = await lookAtSequence(trio, agreed, {
        request, outOfTime, isUndecidable, throwsSeen: tally.throwsSeen,
      });
      if (seen !== null) {
        const { entry, ...more } = seen;
        entry.verdict = { reason: 'difference', ...more };
      }
    }
  } finally {
    await trio.stop();
  }
  return summary(tally);
}

/** Counts the verdicts. */
function summary(tally) {
  const result = {
    calls: tally.entries.length,
    replayable: 0,
    nondeterministic: 0,
    unfaithful: 0,
    unverified: 0,
    agreed: 0,
    undecidable: {},
    mutates: tally.mutates,
    async: tally.async,
    difference: null,
    usable: [],
    throwsSeen: tally.throwsSeen,
  };
  let smallest = Infinity;
  for (const entry of tally.entries) {
    const { verdict } = entry;
    const reason = verdict === null ? 'agreed' : verdict.reason;
    if (isThrow(entry.recorded)) result.throwsSeen = true;
    if (reason === 'agreed' || reason === 'difference') {
      result.replayable += 1;
      if (entry.faith === 'unverified') result.unverified += 1;
    }
    if (reason === 'agreed') {
      result.agreed += 1;
      result.usable.push(entry);
    } else if (reason === 'difference') {
      const { bytes } = sizes(entry.roots);
      if (bytes >= smallest) continue;
      smallest = bytes;
      result.difference = counterexample(
        verdict.found, verdict.roots || entry.roots, verdict.origin || 'recorded', entry.index, verdict.prefix
      );
    } else if (reason === 'nondeterministic' || reason === 'unfaithful') {
      result[reason] += 1;
    } else {
      result.undecidable[reason] = (result.undecidable[reason] || 0) + 1;
    }
  }
  return result;
}

/** Whether an outcome, recorded or replayed, is an error. */
function isThrow(outcome) {
  return outcome !== null && outcome !== undefined && (outcome.kind === 'throw' || outcome.kind === 'reject');
}

module.exports = { candidateUndecidable, counterexample, isThrow, replayRecorded, undecidable };
