'use strict';
/**
 * timed-plan.cjs: how many calls a timed block makes, and how many blocks there
 * is time for.
 *
 * A block of n calls is `length` calls of the mix, `rounds` times over. It
 * should cost base between the two bounds of CPU time, and hold a whole natural
 * round, in which every call has its share, if that fits.
 *
 * Invariants: pure; a block has at least one call; a plan that is planned again
 * from what it cost as expected does not change.
 */
const { floor, max, min, round, sqrt } = Math;

/** Wall time counts this part of CPU time: calls that wait must not make blocks of minutes. */
const WALL_SHARE = 1 / 8;
/** CPU time that a block may take with the preparation of its inputs, in parts of the time that counts. */
const PREPARING_SHARE = 1 / 5;
/** A plan grows at most so much at once: what a short block costs says little. */
const MOST_GROWTH = 16;
/** Blocks of expensive calls: no fewer, for their median is the value. */
const LEAST_BLOCKS = 7;
/** Time that is planned for, of all that is left. */
const PLANNED = 0.8;

/**
 * @param {number} calls
 * @param {number} natural length of the natural round
 * @returns {{length: number, rounds: number}}
 */
function split(calls, natural) {
  if (calls < natural) return { length: max(1, floor(calls)), rounds: 1 };
  return { length: natural, rounds: max(1, round(calls / natural)) };
}

/** What a block costs, in microseconds, as far as its length goes. */
function costOf(block) {
  return max(block.cpuUs, (block.wallNs / 1000) * WALL_SHARE, block.totalCpuUs * PREPARING_SHARE, 1);
}

/**
 * The number of calls of the next block, from the costs of one with `calls`.
 * @param {number} calls
 * @param {{base: object, candidate: object}} costs of a block on both sides: `cpuUs`, `wallNs`,
 *   `totalCpuUs` (with the preparation of inputs)
 * @param {{minUs: number, maxUs: number}} bounds of the CPU time of a block
 * @returns {number}
 */
function nextCalls(calls, costs, { minUs, maxUs }) {
  const base = costOf(costs.base);
  const fits = base >= minUs && base <= maxUs;
  let wanted = fits ? calls : (calls * sqrt(minUs * maxUs)) / base;
  // A candidate that is much faster gets longer blocks, as far as base allows it.
  const candidate = (costOf(costs.candidate) * wanted) / calls;
  if (candidate < minUs) wanted *= max(1, min(minUs / candidate, maxUs / ((base * wanted) / calls)));
  return max(1, floor(min(wanted, calls * MOST_GROWTH)));
}

/**
 * How many of the wanted blocks to make: fewer where one call alone costs more
 * than a block should, and no more than there is time for.
 * @param {number} wanted
 * @param {{base: object, candidate: object}} costs of the last blocks: `totalNs`, `totalCpuUs`
 * @param {number} leftMs
 * @param {number} maxUs CPU time that a block should take at most
 * @returns {number} 0 when there is time for none
 */
function blocksIn(wanted, costs, leftMs, maxUs) {
  const { base, candidate } = costs;
  const share = (2 * maxUs * wanted) / max(base.totalCpuUs + candidate.totalCpuUs, 1);
  const enough = min(wanted, max(LEAST_BLOCKS, floor(share)));
  const both = (base.totalNs + candidate.totalNs) / 1e6;
  return max(0, min(enough, floor((leftMs * PLANNED) / max(both, 1e-6))));
}

module.exports = { blocksIn, costOf, nextCalls, split };
