'use strict';
/**
 * limits.cjs: the bounds of a recording, from probe.json, with what is used
 * where it names none.
 *
 * Invariant: every limit is a finite number of at least 0, whatever the file
 * says.
 */
const DEFAULTS = {
  callsPerStratum: 20,
  callsPerFunction: 400,
  bytesPerCall: 1048576,
  bytesPerFunction: 33554432,
  nodesPerCall: 65536,
  overheadShare: 0.5,
  overheadGraceMs: 1000,
};

/**
 * @param {object|undefined} given
 * @returns {{callsPerStratum: number, callsPerFunction: number, bytesPerCall: number,
 *   bytesPerFunction: number, nodesPerCall: number, overheadShare: number, overheadGraceMs: number}}
 */
function readLimits(given) {
  const limits = {};
  for (const name of Object.keys(DEFAULTS)) {
    const value = given === null || typeof given !== 'object' ? undefined : given[name];
    limits[name] = typeof value === 'number' && value >= 0 && value < Infinity ? value : DEFAULTS[name];
  }
  return limits;
}

module.exports = { readLimits };
