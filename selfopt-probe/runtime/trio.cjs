'use strict';
// The processes of a replay: base, base once more, candidate. They get the same calls in the same
// order, so that what their modules remember stays comparable.
//
// Invariants: when one of them is gone all are started anew, because the others remember calls that a
// new one does not; so many new starts and no more, so that a function that kills its process costs a
// bounded time; `stop` leaves no process behind.

const { startSide } = require('./replay-host.cjs');

/** New starts that are allowed beyond the first one, when the caller does not say. */
const RESTARTS = 4;
/** CPU time of one call in milliseconds, and how much more than the base a candidate may use beyond that. */
const CPU_LIMIT_MS = 2000;
const SLOWER = 4;

/**
 * Starts the processes that `names` lists (`base`, `again`, `candidate`).
 *
 * @param {{base: string, candidate: string, function: number, seed: number, mutant?: number}} request
 * @param {string[]} names
 * @param {{restarts?: number, baseCpuMs?: number}} [limits] `baseCpuMs`: CPU time of a call of the base
 * @returns {Promise<object>} `run(name, call)`, `restart()` (false when there were enough), `stop()`
 */
async function startTrio(request, names, limits = {}) {
  const { restarts = RESTARTS, baseCpuMs = CPU_LIMIT_MS } = limits;
  let sides = await startAll(request, names);
  let left = restarts;
  return {
    /** Runs a call (`{input, take, rewrites, keeps}`); who comes after the base gets a CPU limit that fits the base's need. */
    async run(name, call, base) {
      const cpuMs = base === undefined ? baseCpuMs : Math.max(CPU_LIMIT_MS, (SLOWER * base.cpuUs) / 1000);
      return sides[name].run({ ...call, cpuMs });
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

/** Starts the processes side by side; all or none. */
async function startAll(request, names) {
  const sides = {};
  const failures = [];
  await Promise.all(names.map(async (name) => {
    const isCandidate = name === 'candidate';
    try {
      sides[name] = await startSide({
        bundle: isCandidate ? request.candidate : request.base,
        function: request.function,
        seed: request.seed,
        mutant: isCandidate ? request.mutant || 0 : 0,
      });
    } catch (error) {
      failures[names.indexOf(name)] = error;
    }
  }));
  const failure = failures.find((error) => error !== undefined);
  if (failure === undefined) return sides;
  await stopAll(sides);
  throw failure;
}

async function stopAll(sides) {
  for (const name of Object.keys(sides)) await sides[name].stop();
}

module.exports = { startTrio };
