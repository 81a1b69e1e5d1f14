'use strict';
/**
 * overhead.cjs: keeps what the recorder costs below a share of the process's
 * CPU time, by looking at fewer calls.
 *
 * Invariant: of the calls that are asked about, one in `every()` is wanted, which
 * stands for that many. `every()` is 1 until the recorder has cost more than its grace and its
 * share; from then on it doubles each time it is found above its share, and
 * halves each time it is found below half of it.
 */
const { now, cpu } = require('./captured.cjs');

const LOOKS = 16;
const MOST = 65536;

/**
 * @param {{share: number, graceNs: number}} allowed share of the process's CPU time, once that much
 *   time was spent
 * @param {() => number} random
 * @param {{now: () => number, cpu: () => number}} [clocks]
 */
function createGovernor({ share, graceNs }, random, clocks) {
  const read = clocks || { now, cpu };
  let spent = 0;
  let every = 1;
  let looks = 0;

  function judge() {
    const used = read.cpu() * 1000;
    if (spent > graceNs && spent > share * used) {
      if (every < MOST) every *= 2;
    } else if (every > 1 && spent < (share / 2) * used) {
      every /= 2;
    }
  }

  return {
    every: () => every,
    /** Whether this call is one to look at. */
    wants: () => every === 1 || random() * every < 1,
    now: read.now,
    /** Adds the time since `start`. */
    spend(start) {
      spent += read.now() - start;
      looks += 1;
      if (looks >= LOOKS || every > 1) {
        looks = 0;
        judge();
      }
    },
  };
}

module.exports = { createGovernor };
