'use strict';
/**
 * hook-reach.cjs: the hook in modes `reach` and `mutants`: which probes are
 * executed, and which mutant is active.
 *
 * Files: `.counts`, one counter `hit` with the value 1 for each probe that the
 * thread has reached; it is on disk before `hit` of that probe returns for the
 * first time, so that a killed worker loses nothing. In mode `mutants` nothing
 * is written.
 */
const { createOutput } = require('./writer.cjs');
const { createCounts } = require('./counts.cjs');

/**
 * @param {object} probe the content of probe.json
 * @returns {object} the methods of the hook
 */
function create(probe) {
  const mutant = Number(probe.mutant) || 0;
  if (probe.mode === 'mutants') return { mutant: () => mutant };
  const counts = createCounts(createOutput(probe.out));
  const reached = Object.create(null);
  return {
    mutant: () => mutant,
    hit(n) {
      if (reached[n] === true) return;
      reached[n] = true;
      try {
        counts.add(n, 'hit');
      } catch (_) {
        // A probe that could not be written stays unreached, which claims less.
      }
    },
  };
}

module.exports = { create };
