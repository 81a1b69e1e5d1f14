'use strict';
/**
 * classes.cjs: the classes of a workload's calls that are timed by themselves,
 * beside the mix of all of them.
 *
 *   node classes.cjs REQUEST.json
 *   {"result": FILE, "calls": FILE, "sets": false}
 *   → {"elements": {"min", "median", "max"}|null, "spread": {"p10": n, "p90": n}|null,
 *      "classes": [{"name": "small", "only": {"maxElements": 9}, "calls": n,
 *                   "elements": {"min", "median", "max"}}]}
 *
 * With `sets` the classes are the strata of the calls, which a workload file
 * names; none where there is only one. Otherwise they go by size: in a mix the
 * large calls take nearly all of the time, so a loss on the small ones, which
 * may be most of the calls, cannot be seen in it. Sizes that spread by more
 * than SPREAD from the weighted 10th to the 90th percentile are split in their
 * geometric middle: each class then holds at least a tenth of the calls and
 * spreads by the root of what they all do. Percentiles, because one call in a
 * hundred that is far larger is no class; 8, because below that the ladder's
 * next rung says as much.
 *
 * Invariant: classes do not overlap and together hold every call that is timed.
 */
const { readInputs } = require('./timed-inputs.cjs');
const { isText, script } = require('./script.cjs');
const { bySize, percentile, spreadOf } = require('./spread.cjs');

/** How much larger the 90th percentile is than the 10th where there are two classes. */
const SPREAD = 8;

/** What is said of some calls, which are not none. */
function described(name, only, calls) {
  return { name, only, calls: calls.length, elements: spreadOf(calls) };
}

/** One class for each stratum, in the order of their names. */
function byStratum(file, names) {
  if (names.length < 2) return [];
  return names.map((name) => described(name, { stratum: name }, readInputs(file, null, { only: { stratum: name } }).calls));
}

/** Two classes where sizes spread far. A size of 0 counts as 1 does: both hold next to nothing. */
function smallAndLarge(sorted, { p10, p90 }) {
  const [low, high] = [Math.max(1, p10), Math.max(1, p90)];
  if (high <= low * SPREAD) return [];
  const most = Math.floor(Math.sqrt(low * high));
  return [
    described('small', { maxElements: most }, sorted.filter(({ elements }) => elements <= most)),
    described('large', { minElements: most + 1 }, sorted.filter(({ elements }) => elements > most)),
  ];
}

/**
 * @param {{calls: string, sets: boolean}} request
 * @returns {Promise<object>} see the header
 */
async function classes({ calls: file, sets }) {
  const { calls } = readInputs(file, null);
  if (calls.length === 0) return { elements: null, spread: null, classes: [] };
  const sorted = bySize(calls);
  const spread = { p10: percentile(sorted, 0.1), p90: percentile(sorted, 0.9) };
  const names = [...new Set(calls.map(({ stratum }) => stratum))].sort();
  return {
    elements: spreadOf(sorted),
    spread,
    classes: sets ? byStratum(file, names) : smallAndLarge(sorted, spread),
  };
}

if (require.main === module) {
  script('classes', [
    ['result', isText, 'a path'],
    ['calls', isText, 'the path of a file of calls'],
    ['sets', (value) => typeof value === 'boolean', 'true or false'],
  ], classes);
}

module.exports = { SPREAD, classes };
