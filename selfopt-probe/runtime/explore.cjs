'use strict';
// Tries variations of the recorded calls on base and candidate, and makes the smallest counterexample
// of a difference.
//
// Invariants: only calls on which both sides agreed are varied; a difference counts when it shows in
// fresh processes too, where base agrees with itself, so that no state of a module and no earlier call
// can be its cause; what the base cannot answer is not counted as tried.

const { startTrio } = require('./trio.cjs');
const { compareOutcomes, isGone } = require('./compare.cjs');
const { candidateUndecidable, counterexample, isThrow, undecidable } = require('./recorded.cjs');
const { createVariations } = require('./vary.cjs');
const { shrink } = require('./shrink.cjs');

/** Questions that shrinking may ask. */
const SHRINK_TESTS = 400;
/** Differences that did not show again in fresh processes before no more are looked at. */
const UNCONFIRMED = 5;

/** How a variation is compared: engine messages name variables of the source; see compare.cjs. */
const COMPARED = { sharing: false, engineMessages: false };
const CONFIRMED = { sharing: true, engineMessages: false };

/**
 * Tries one input. Gives `null` when nothing can be concluded, else `{found, threw}`: the difference
 * or `null`, and whether the base threw.
 */
async function tryInput(trio, roots) {
  const call = { roots };
  const base = await trio.run('base', call);
  if (isGone(base) || undecidable(base) !== null) return null;
  const candidate = await trio.run('candidate', call, base);
  if (candidateUndecidable(candidate) !== null) return null;
  return { found: compareOutcomes(base, candidate, COMPARED), threw: isThrow(base) };
}

/** Whether fresh processes show the difference too; gives it as they show it. */
async function confirm(request, roots) {
  const trio = await startTrio(request, ['base', 'again', 'candidate']);
  try {
    // Twice, so that objects that are given out again are seen.
    for (let turn = 0; turn < 2; turn += 1) {
      const call = { roots };
      const base = await trio.run('base', call);
      if (isGone(base) || undecidable(base) !== null) return null;
      const again = await trio.run('again', call, base);
      if (isGone(again) || compareOutcomes(base, again) !== null) return null;
      const candidate = await trio.run('candidate', call, base);
      if (candidateUndecidable(candidate) !== null) return null;
      const found = compareOutcomes(base, candidate, CONFIRMED);
      if (found !== null) return found;
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
    usable.map((entry) => entry.call.roots),
    calls.map((call) => call.roots),
    { seed: request.seed, count: request.variations }
  );
  const trio = await startTrio(request, ['base', 'candidate']);
  let unconfirmed = 0;
  /** Goes on with new processes when one is gone; false when there were enough of them. */
  const alive = async () => !trio.anyGone() || trio.restart();
  try {
    for (const variation of variations) {
      if (outOfTime() || result.differenceInside !== null) break;
      const answer = await tryInput(trio, variation.encoding);
      if (!(await alive())) break;
      const side = variation.inside && !(answer !== null && answer.threw && !throwsSeen) ? 'inside' : 'outside';
      const counts = result.variations[side];
      if (answer === null) {
        counts.undecidable += 1;
        continue;
      }
      counts.tried += 1;
      if (answer.found === null) {
        counts.agreed += 1;
        continue;
      }
      const key = side === 'inside' ? 'differenceInside' : 'differenceOutside';
      if (result[key] !== null) continue;
      const isNoFurther = (encoding, threw) => {
        if (threw && !throwsSeen && !answer.threw) return false;
        return [...kinds.newFacts(encoding)].every((fact) => variation.facts.has(fact));
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
      result[key] = counterexample(shown.found, shown.roots, 'variation', usable[variation.index].index);
    }
  } finally {
    await trio.stop();
  }
  return result;
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
    running = await alive();
    return answer !== null && answer.found !== null && isNoFurther(smallerOne, answer.threw);
  };
  return shrink(encoding, holds, SHRINK_TESTS);
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
