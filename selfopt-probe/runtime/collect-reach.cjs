'use strict';
/**
 * collect-reach.cjs: which probes were executed.
 *
 * Result: `{processes, hits: [{probe, processes}]}` in the order of the probes:
 * how many threads reached each. Probes that nothing reached are not listed.
 */
const { addCounts } = require('./collect-counts.cjs');

/**
 * @param {{files: (extension: string) => string[]}} run
 * @returns {{processes: number, hits: {probe: number, processes: number}[]}}
 */
function collect({ files }) {
  const counts = addCounts(files('counts'));
  const hits = counts.ids().map((probe) => ({ probe, processes: counts.of(probe).hit || 0 }));
  return { processes: counts.files, hits: hits.filter((hit) => hit.processes > 0) };
}

module.exports = { collect };
