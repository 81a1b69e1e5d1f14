'use strict';
// Equivalence of two bundles of one function on recorded calls and on variations of them:
// `node replay.cjs REQUEST.json`.
//
// Request: `{result, base, candidate, function, calls, seed, variations, budgetMs}`, optionally
// `mutant`, the number of the mutant that is active in the candidate, `literals: {texts, numbers}`,
// what the source of the function names, and `shapes`, whether what the calls look like is wanted too
// (`shapes.cjs`). Result: the counts of `recorded.cjs`, `shapes`, `variations` with the counts of `explore.cjs`, and the counterexamples `difference`
// (recorded), `differenceInside` and `differenceOutside` (variations).
//
// Invariants: no code of the project runs in this process; the result file is there completely or not
// at all; exit code 0 means that it is there.

const { readCalls } = require('./calls.cjs');
const { exploreVariations } = require('./explore.cjs');
const { replayRecorded } = require('./recorded.cjs');
const { isAmount, isCount, isText, script } = require('./script.cjs');
const { shapesOf } = require('./shapes.cjs');

/** The share of the time that the recorded calls may use. */
const RECORDED_SHARE = 0.6;
const DEFAULTS = { seed: 1, variations: 200, budgetMs: 20000, mutant: 0, shapes: false };

/** Texts and numbers that the source names. */
const isLiterals = (value) => {
  if (typeof value !== 'object' || value === null) return false;
  const { texts, numbers } = value;
  return Array.isArray(texts) && texts.every((text) => typeof text === 'string') &&
    Array.isArray(numbers) && numbers.every(Number.isFinite);
};

/** The fields of a request: name, test, what is expected. */
const optional = (isRight) => (value) => value === undefined || isRight(value);
const FIELDS = [
  ['result', isText, 'a path'],
  ['base', isText, 'the path of a bundle'],
  ['candidate', isText, 'the path of a bundle'],
  ['calls', isText, 'the path of a file of calls'],
  ['function', isCount, 'the number of a function'],
  ['seed', optional(Number.isSafeInteger), 'a whole number'],
  ['variations', optional(isCount), 'a number of variations'],
  ['budgetMs', optional(isAmount), 'a number of milliseconds'],
  ['mutant', optional(isCount), 'the number of a mutant'],
  ['literals', optional(isLiterals), 'texts and numbers'],
  ['shapes', optional((value) => typeof value === 'boolean'), 'true or false'],
];

/**
 * Answers a request.
 *
 * @param {object} request
 * @returns {Promise<object>} the result
 */
async function replay(request) {
  const whole = { ...DEFAULTS, ...request };
  const calls = readCalls(whole.calls);
  const start = process.hrtime();
  const outOf = (share) => () => {
    const [seconds, nanoseconds] = process.hrtime(start);
    return seconds * 1000 + nanoseconds / 1e6 > whole.budgetMs * share;
  };
  const { usable, throwsSeen, ...result } = await replayRecorded(whole, calls, outOf(RECORDED_SHARE));
  const explored = await exploreVariations(whole, calls, usable, throwsSeen, outOf(1));
  const shapes = whole.shapes ? shapesOf(calls.map(({ roots }) => roots)) : [];
  return { ...result, ...explored, shapes };
}

if (require.main === module) script('replay', FIELDS, replay);

module.exports = { replay };
