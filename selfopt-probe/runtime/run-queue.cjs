'use strict';
/**
 * run-queue.cjs: the time that this thread was ready to run and another one had its
 * processor. On a busy machine that is most of the elapsed time of a block, says
 * nothing about the code, and hides from the clocks whether the code waits for
 * something by itself.
 *
 * Invariants: what cannot be told counts as none; nothing is taken away that the
 * thread was seen to compute; what is used was captured before project code
 * was loaded, and no descriptor is kept that it could close or exchange.
 */
const { closeSync, openSync, readSync } = require('fs');

const { min, max } = Math;
const Bytes = Uint8Array;
/** Of Linux: nanoseconds on a processor, nanoseconds in the queue of one, turns. */
const PLACE = '/proc/thread-self/schedstat';
const SPACE = 32;
const ZERO = 48;
const bytes = new Bytes(96);

/** The second number of `count` bytes; 0 when they are not three numbers. */
function secondOf(count) {
  let field = 0;
  let value = 0;
  for (let i = 0; i < count; i += 1) {
    const digit = bytes[i] - ZERO;
    if (bytes[i] === SPACE) field += 1;
    else if (digit < 0 || digit > 9) break;
    else if (field === 1) value = value * 10 + digit;
  }
  return field === 2 ? value : 0;
}

/** @returns {number} nanoseconds that this thread has been in a queue since it began; 0 where that is not told */
function queuedNs() {
  let file = -1;
  try {
    file = openSync(PLACE, 'r');
    return secondOf(readSync(file, bytes, 0, bytes.length, 0));
  } catch (_) {
    return 0;
  } finally {
    if (file !== -1) {
      try {
        closeSync(file);
      } catch (_) {
        // It was closed already.
      }
    }
  }
}

/**
 * Elapsed time without the part that was spent in the queue.
 * @param {number} wallNs elapsed
 * @param {number} cpuUs CPU time in it, of all threads
 * @param {number} queued `queuedNs` after less before; it may hold a little of what was around the clocks
 * @returns {number} nanoseconds
 */
function withoutQueue(wallNs, cpuUs, queued) {
  return max(wallNs - max(queued, 0), min(wallNs, cpuUs * 1000));
}

module.exports = { queuedNs, withoutQueue };
