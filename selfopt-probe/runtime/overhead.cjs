'use strict';
/**
 * overhead.cjs: keeps what the recorder costs below a share of the process's
 * CPU time, by looking at fewer calls.
 *
 * Invariant: one call in `every()` is to be looked at, which stands for that
 * many. `every()` is 1 until the recorder has cost GRACE_NS and more than its
 * share; from then on it doubles each time it is found above its share, and
 * halves each time it is found below half of it.
 */
const { now, cpu } = require('./captured.cjs');

const GRACE_NS = 1e9;
const LOOKS = 16;
const MOST = 65536;

/**
 * @param {number} share of the process's CPU time
 * @param {() => number} random
 * @param {{now: () => number, cpu: () => number}} [clocks]
 */
function createGovernor(share, random, clocks) {
  const read = clocks || { now, cpu };
  let spent = 0;
  let every = 1;
  let looks = 0;

  function judge() {
    const used = read.cpu() * 1000;
    if (spent > GRACE_NS && spent > share * used) {
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

module.exports = { createGovernor, GRACE_NS };
