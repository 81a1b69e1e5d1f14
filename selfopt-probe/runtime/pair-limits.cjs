'use strict';
/**
 * pair-limits.cjs: the bounds of a comparison in place, from `pair` in
 * probe.json, with what is used where it names none.
 *
 * Invariant: every limit is a finite number of at least 0, whatever the file says.
 */
const DEFAULTS = {
  /** Calls of a function that pass before the first is looked at. */
  warmCalls: 0,
  /** Half of them are the first calls; later ones get rarer. */
  compareCalls: 200,
  /** What all looking and timing may add to a process, and to one call. */
  budgetMs: 5000,
  callBudgetMs: 100,
  /** Variations of the calls of a function, and of one call; and what those of one call may take. */
  variations: 200,
  variationsPerCall: 8,
  varyMs: 10,
  /** Blocks timed at one call, the shortest length of one side's, and the warm-up of each side. */
  blocks: 6,
  minBlockCpuMs: 2,
  warmUpCpuMs: 50,
  /** Memory for the copies that a block of a mutating function needs. */
  copyBytes: 8388608,
  nodesPerCall: 20000,
  bytesPerCall: 4194304,
  /** Differences that are written down. */
  differences: 5,
};

/**
 * @param {object|undefined} given
 * @returns {{[name: string]: number, time: boolean}} numbers under the names above
 */
function readPairLimits(given) {
  const from = given === null || typeof given !== 'object' ? {} : given;
  const limits = { time: from.time === true };
  for (const name of Object.keys(DEFAULTS)) {
    const value = from[name];
    limits[name] = typeof value === 'number' && value >= 0 && value < Infinity ? value : DEFAULTS[name];
  }
  return limits;
}

module.exports = { readPairLimits };
