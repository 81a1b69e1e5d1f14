'use strict';
// Tries variations of the recorded calls on base and candidate, and makes the smallest counterexample
// of a difference.
//
// Invariants: only calls on which both sides agreed are varied; a difference counts when it shows in
// fresh processes too, where base agrees with itself, so that no state of a module and no earlier call
// can be its cause; what the base cannot answer is not counted as tried; a name that every object has is
// inside where texts are and the base takes it as it takes an ordinary text (special-names.cjs).

const { startTrio } = require('./trio.cjs');
const { compareRuns } = require('./compare.cjs');
const { inputOf } = require('./replay-host.cjs');
const { candidateUndecidable, counterexample, isThrow, undecidable } = require('./recorded.cjs');
const { createVariations } = require('./vary.cjs');
const { differsBeyondType } = require('./alike.cjs');
const { cost, shrink } = require('./shrink.cjs');
const { isSameButName, withNeighbour } = require('./special-names.cjs');

/** Questions that shrinking may ask: so many, fewer for large inputs. */
const SHRINK_TESTS = 400;
const SHRINK_WORK = 2000000;
/** Differences that did not show again in fresh processes before no more are looked at. */
const UNCONFIRMED = 5;

/** CPU time that the base may use for a variation, new starts, and how often one kind of change may cost one. */
const LIMITS = { baseCpuMs: 500, restarts: 10 };
const SAME_END = 2;
const SIZED = /^(.*: value) (-?(?:[\d.e+]+|Infinity))$/;

/** How a variation is compared: engine messages name variables of the source; see compare.cjs. */
const COMPARED = { sharing: false, engineMessages: false };
const CONFIRMED = { sharing: true, engineMessages: false };

/**
 * Tries one input. Gives `null` when nothing can be concluded, else `{found, threw, confuses, base}`:
 * the difference or `null`, whether the base threw, whether it is more than one of types (alike.cjs), and
 * what the base did.
 */
async function tryInput(trio, roots) {
  const call = { input: inputOf(roots) };
  const run = await trio.run('base', call);
  const base = run.read();
  if (undecidable(base) !== null) return null;
  const other = await trio.run('candidate', call, run);
  const found = compareRuns(run, other, COMPARED);
  if (found !== null && candidateUndecidable(other.read()) !== null) return null;
  const confuses = found !== null && differsBeyondType(base, other.read());
  return { found, threw: isThrow(base), confuses, base };
}

/** What of an outcome says what a call does; what it shares with earlier calls is theirs. */
function withoutShared({ kind, via, encoding, reason, states, output, readCount, unhandled }) {
  return { kind, via, encoding, reason, states, output, readCount, unhandled };
}

/** Whether the base does with a special name in an input what it does with an ordinary text in its place. */
async function takesAsAnyText(trio, encoding, { base }, name, kinds) {
  const ordinary = withNeighbour(encoding, kinds, name);
  if (ordinary === null || !kinds.isInside(ordinary)) return false;
  const answer = await tryInput(trio, ordinary);
  return answer !== null && isSameButName(withoutShared(base), withoutShared(answer.base), name);
}

/** Whether fresh processes show the difference too; gives it as they show it. */
async function confirm(request, roots) {
  const trio = await startTrio(request, ['base', 'again', 'candidate']);
  const call = { input: inputOf(roots) };
  try {
    // Twice, so that objects that are given out again are seen.
    for (let turn = 0; turn < 2; turn += 1) {
      const run = await trio.run('base', call);
      if (undecidable(run.read()) !== null) return null;
      const again = await trio.run('again', call, run);
      if (compareRuns(run, again) !== null) return null;
      const other = await trio.run('candidate', call, run);
      const found = compareRuns(run, other, CONFIRMED);
      if (found !== null) return candidateUndecidable(other.read()) === null ? found : null;
    }
    return null;
  } finally {
    await trio.stop();
  }
}

/**
 * Tries variations until there are enough, a difference inside is found or `outOfTime()`.
 *
 * @param {object} request of replay.cjs
 * @param {object[]} calls all recorded calls: they say what is inside
 * @param {object[]} usable the entries of recorded.cjs on which both sides agreed
 * @param {boolean} throwsSeen whether a recorded call threw
 * @param {() => boolean} outOfTime
 * @returns {Promise<{variations: object, differenceInside: object | null, differenceOutside: object | null}>}
 */
async function exploreVariations(request, calls, usable, throwsSeen, outOfTime) {
  const count = () => ({ tried: 0, agreed: 0, undecidable: 0 });
  const result = { variations: { inside: count(), outside: count() }, differenceInside: null, differenceOutside: null };
  if (usable.length === 0 || request.variations <= 0 || outOfTime()) return result;
  const { variations, kinds } = createVariations(
    usable.map((entry) => entry.roots),
    calls.map((call) => call.roots),
    { seed: request.seed, count: request.variations, literals: request.literals }
  );
  const trio = await startTrio(request, ['base', 'candidate'], LIMITS);
  const costly = createCostly();
  let unconfirmed = 0;
  /** Goes on with new processes when one is gone; false when there were enough of them. */
  const alive = async () => !trio.anyGone() || trio.restart();
  try {
    for (const variation of variations) {
      if (outOfTime() || result.differenceInside !== null) break;
      if (costly.has(variation)) continue;
      const answer = await tryInput(trio, variation.encoding);
      if (answer === null && trio.anyGone()) costly.add(variation);
      if (!(await alive())) break;
      const throwsNew = answer !== null && answer.threw && !throwsSeen;
      if (answer === null) {
        result.variations[variation.inside ? 'inside' : 'outside'].undecidable += 1;
        continue;
      }
      const isText = (encoding, found) => takesAsAnyText(trio, encoding, found, variation.name, kinds);
      const isNamed = !variation.inside && variation.name !== undefined && answer.found !== null && !throwsNew
        && (await isText(variation.encoding, answer));
      if (!(await alive())) break;
      const side = (variation.inside || isNamed) && !throwsNew ? 'inside' : 'outside';
      const counts = result.variations[side];
      counts.tried += 1;
      if (answer.found === null) {
        counts.agreed += 1;
        continue;
      }
      const key = side === 'inside' ? 'differenceInside' : 'differenceOutside';
      const origin = side === 'outside' && variation.alike && answer.confuses ? 'look-alike' : 'variation';
      // One that takes different types for the same says more than any other outside.
      if (result[key] !== null && (origin !== 'look-alike' || result[key].origin === origin)) continue;
      const isNoFurther = async (encoding, found) => {
        if (found.threw && !throwsSeen && !answer.threw) return false;
        if (origin === 'look-alike' && !found.confuses) return false;
        if (![...kinds.newFacts(encoding)].every((fact) => variation.facts.has(fact))) return false;
        return !isNamed || isText(encoding, found);
      };
      const smallest = await smaller(trio, variation.encoding, isNoFurther, outOfTime, alive);
      const shown = await proven(request, variation, smallest);
      if (shown === null) {
        counts.tried -= 1;
        counts.undecidable += 1;
        unconfirmed += 1;
        if (unconfirmed >= UNCONFIRMED) break;
        continue;
      }
      result[key] = counterexample(shown.found, shown.roots, origin, usable[variation.index].index);
    }
  } finally {
    await trio.stop();
  }
  return result;
}

/**
 * Remembers which changes ended a process: a number there, and no larger one is tried again; another
 * kind of change twice, and it is not tried again.
 */
function createCostly() {
  const ends = new Map();
  const each = ({ what }, visit) => {
    for (const change of what.split(', ')) {
      const sized = SIZED.exec(change);
      const key = sized === null ? change : sized[1];
      visit(key, sized === null ? null : Math.abs(Number(sized[2])), ends.get(key) || { count: 0, least: Infinity });
    }
  };
  return {
    has(variation) {
      let found = false;
      each(variation, (key, size, end) => {
        if (size === null ? end.count >= SAME_END : size >= end.least) found = true;
      });
      return found;
    },
    add(variation) {
      each(variation, (key, size, end) => {
        ends.set(key, { count: end.count + 1, least: size === null ? end.least : Math.min(end.least, size) });
      });
    },
  };
}

/**
 * The smallest input that shows a difference in the running processes and is in no other way outside of
 * the recorded kinds than the one to start from.
 */
async function smaller(trio, encoding, isNoFurther, outOfTime, alive) {
  let running = true;
  const holds = async (smallerOne) => {
    if (!running || outOfTime()) return false;
    const answer = await tryInput(trio, smallerOne);
    const shows = answer !== null && answer.found !== null && (await isNoFurther(smallerOne, answer));
    running = await alive();
    return shows;
  };
  const tests = Math.min(SHRINK_TESTS, Math.max(20, Math.floor(SHRINK_WORK / cost(encoding))));
  return shrink(encoding, holds, tests);
}

/** The smallest input, or else the variation itself, if fresh processes show a difference on it. */
async function proven(request, variation, smallest) {
  for (const roots of [smallest, variation.encoding]) {
    const found = await confirm(request, roots);
    if (found !== null) return { found, roots };
  }
  return null;
}

module.exports = { exploreVariations };
