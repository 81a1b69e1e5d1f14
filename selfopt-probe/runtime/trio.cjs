'use strict';
// The processes of a replay: base, base once more, candidate. They get the same calls in the same
// order, so that what their modules remember stays comparable.
//
// Invariants: when one of them is gone all are started anew, because the others remember calls that a
// new one does not; so many new starts and no more, so that a function that kills its process costs a
// bounded time; `stop` leaves no process behind.

const { startSide } = require('./replay-host.cjs');

/** New starts that are allowed beyond the first one. */
const RESTARTS = 4;
/** How much more CPU than the base a candidate may use for one call before it counts as hanging. */
const SLOWER = 4;

/**
 * Starts the processes that `names` lists (`base`, `again`, `candidate`).
 *
 * @param {{base: string, candidate: string, function: number, seed: number, mutant?: number}} request
 * @param {string[]} names
 * @returns {Promise<object>} `run(name, call)`, `restart()` (false when there were enough), `stop()`
 */
async function startTrio(request, names) {
  let sides = await startAll(request, names);
  let left = RESTARTS;
  return {
    /** Runs a call (`{roots, take}`); the candidate gets a CPU limit that fits the base's need. */
    async run(name, call, baseOutcome) {
      const cpuMs = baseOutcome === undefined ? undefined : (SLOWER * (baseOutcome.cpuUs || 0)) / 1000;
      return sides[name].run({ roots: call.roots, take: call.take, cpuMs });
    },
    anyGone: () => names.some((name) => sides[name].gone()),
    async restart() {
      await stopAll(sides);
      if (left === 0) return false;
      left -= 1;
      sides = await startAll(request, names);
      return true;
    },
    stop: () => stopAll(sides),
  };
}

/** Starts the processes one after the other; all or none. */
async function startAll(request, names) {
  const sides = {};
  try {
    for (const name of names) {
      const isCandidate = name === 'candidate';
      sides[name] = await startSide({
        bundle: isCandidate ? request.candidate : request.base,
        function: request.function,
        seed: request.seed,
        mutant: isCandidate ? request.mutant || 0 : 0,
      });
    }
    return sides;
  } catch (error) {
    await stopAll(sides);
    throw error;
  }
}

async function stopAll(sides) {
  for (const name of Object.keys(sides)) await sides[name].stop();
}

module.exports = { startTrio };
