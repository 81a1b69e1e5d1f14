'use strict';
/**
 * timed-inputs.cjs: the calls that a worker times: read, grown when that is
 * asked for, and thinned out when all of them together would not fit in memory.
 *
 * Invariants: both sides get the same calls from the same request, because
 * nothing here looks at a bundle; what is left out is counted by reason; when
 * calls are thinned out, the weight of all stays the same and small and large
 * ones stay present.
 */
const { readShares, YIELDS_BOUND } = require('./calls.cjs');
const { elementsOf, grow } = require('./grow.cjs');
const { sizes } = require('./graph.cjs');

/** A call with larger inputs is not timed. */
const MAX_CALL_BYTES = 16 * 1024 * 1024;
/** All inputs together. */
const MAX_BYTES = 64 * 1024 * 1024;

/** How many values the recorded reader of an iterator took; all (up to the bound) when it did not stop. */
function takenOf(outcome, factor) {
  const all = YIELDS_BOUND + 1;
  if (outcome === null || outcome.kind !== 'yields') return all;
  const { roots, nodes } = outcome.encoding;
  const field = (ref, key) => {
    const node = Array.isArray(ref) && typeof ref[0] === 'number' ? nodes[ref[0]] : undefined;
    const at = node && node.keys ? node.keys.indexOf(key) : -1;
    return at === -1 ? undefined : node.vals[at];
  };
  if (field(roots[0], 'end') !== 'left') return all;
  const values = field(roots[0], 'values');
  const node = Array.isArray(values) ? nodes[values[0]] : undefined;
  return node && typeof node.len === 'number' ? Math.max(0, Math.round(node.len * factor)) : all;
}

/**
 * Keeps `count` of the calls: along the sizes, one of each run of neighbours,
 * which then stands for the whole run.
 */
function thin(calls, count) {
  if (count >= calls.length) return calls;
  const order = calls.map((_, i) => i).sort((a, b) => calls[a].elements - calls[b].elements || a - b);
  const kept = [];
  for (let k = 0; k < count; k += 1) {
    const run = order.slice(Math.floor((k * order.length) / count), Math.floor(((k + 1) * order.length) / count));
    const call = calls[run[run.length >> 1]];
    kept.push({ ...call, weight: run.reduce((sum, i) => sum + calls[i].weight, 0) });
  }
  return kept;
}

/** Thins out until all inputs together fit. */
function fit(calls, maxBytes) {
  let kept = calls;
  const total = () => kept.reduce((sum, call) => sum + call.bytes, 0);
  while (kept.length > 1 && total() > maxBytes) {
    kept = thin(kept, Math.max(1, Math.min(kept.length - 1, Math.floor((kept.length * maxBytes) / total()))));
  }
  return kept;
}

/**
 * Whether a call is one of those that are asked for.
 * @param {null|undefined|{minElements?: number, maxElements?: number, stratum?: string}} only
 * @param {number} elements of the call
 * @param {string} stratum of the call
 */
function isAskedFor(only, elements, stratum) {
  if (only === null || only === undefined) return true;
  const { minElements = 0, maxElements = Infinity } = only;
  return elements >= minElements && elements <= maxElements && (only.stratum === undefined || only.stratum === stratum);
}

/**
 * @param {string} path the `.calls` file
 * @param {null|{factor: number, seed: number}} growth
 * @param {{maxCallBytes?: number, maxBytes?: number, only?: object|null}} [limits] `only` names a class of
 *   the calls: sizes (before growth) from `minElements` to `maxElements`, and of one `stratum`; the others
 *   are not there
 * @returns {{calls: {roots: object, weight: number, stratum: string, elements: number, bytes: number, take: number,
 *   ends: string|null}[], dropped: Object<string, number>, shares: {values: number[], objects: number[]}}} `shares` as repeats.cjs
 *   has them; `elements` as grow.cjs counts them; `ends`:
 *   the recorded kind of outcome
 */
function readInputs(path, growth, limits) {
  const maxCallBytes = (limits && limits.maxCallBytes) || MAX_CALL_BYTES;
  const maxBytes = (limits && limits.maxBytes) || MAX_BYTES;
  const factor = growth === null ? 1 : growth.factor;
  const dropped = {};
  const drop = (reason) => {
    dropped[reason] = (dropped[reason] || 0) + 1;
  };
  let calls = [];
  const only = limits && limits.only;
  const { calls: recorded, shares } = readShares(path);
  for (const { roots, outcome, weight, stratum } of recorded) {
    const { bytes } = sizes(roots);
    const elements = elementsOf(roots);
    if (!isAskedFor(only, elements, stratum)) continue;
    const ends = outcome === null || outcome.kind === 'unobserved' ? null : outcome.kind;
    if (bytes * factor > maxCallBytes) drop('too-large');
    else calls.push({ roots, weight, stratum, elements, bytes, take: takenOf(outcome, factor), ends });
  }
  if (growth !== null) {
    // Thinned out by what is to be expected, before the memory is taken.
    calls = fit(calls, maxBytes / factor).map((call, i) => {
      const grown = grow(call.roots, factor, growth.seed + i);
      if (grown.encoding === null) {
        drop(grown.reason);
        return null;
      }
      return { ...call, bytes: sizes(grown.encoding).bytes, elements: grown.elements, roots: grown.encoding };
    }).filter((call) => call !== null);
  }
  calls = calls.filter((call) => {
    if (call.bytes > maxCallBytes) drop('too-large');
    return call.bytes <= maxCallBytes;
  });
  return { calls: fit(calls, maxBytes), dropped, shares };
}

module.exports = { MAX_BYTES, MAX_CALL_BYTES, readInputs, thin };
