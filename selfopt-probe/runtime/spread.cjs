'use strict';
/**
 * spread.cjs: the one way in which sizes of calls are told, wherever: what was
 * recorded, what a workload file holds, its classes, the rungs of the ladder.
 * Sizes that were counted in two ways could not be compared, and a break-even
 * is such a comparison.
 *
 * A size is `elementsOf` of grow.cjs; calls count as often as they stand for others.
 */

/**
 * The size below or at which this share of the calls is.
 * @param {{elements: number, weight: number}[]} sorted by size, not none
 * @param {number} share from 0 to 1
 * @returns {number}
 */
function percentile(sorted, share) {
  const total = sorted.reduce((sum, { weight }) => sum + weight, 0);
  let before = 0;
  const found = sorted.find(({ weight }) => (before += weight) >= total * share);
  return (found || sorted[sorted.length - 1]).elements;
}

/** Calls in the order of their sizes. */
function bySize(calls) {
  return [...calls].sort((a, b) => a.elements - b.elements);
}

/**
 * Smallest, middle and largest size.
 * @param {{elements: number, weight: number}[]} calls
 * @returns {{min: number, median: number, max: number}|null} null for no calls
 */
function spreadOf(calls) {
  if (calls.length === 0) return null;
  const sorted = bySize(calls);
  return { min: sorted[0].elements, median: percentile(sorted, 0.5), max: sorted[sorted.length - 1].elements };
}

module.exports = { bySize, percentile, spreadOf };
