'use strict';
/**
 * ladder.cjs: which sizes of a workload are worth timing.
 *
 *   node ladder.cjs REQUEST.json
 *   {"result": FILE, "calls": FILE, "seed": 1, "base": BUNDLE | null, "function": 0,
 *    "factors": [0.125, 1, 4, 16, 64]?, "maxBytesPerCall": 2097152?, "maxCallCpuMs": 50?,
 *    "timeoutMs": 60000?}
 *   → {"rungs": [{"factor": 4, "elements": {"min": 4, "median": 12, "max": 80}}, ...],
 *      "notGrowable": REASON | null}
 *
 * A rung makes sense when at least half of the calls can be grown to it and do
 * not throw there for base (where a bundle is given), when its sizes are not
 * those of a rung before it, and when a call is neither too large nor, for
 * base, too expensive. A bundle is run in a process of its own, and not at all
 * for a rung that the rungs below say is far too expensive. `rungs` always has
 * the factor 1, with the sizes as recorded; `notGrowable` says why it has no other.
 *
 * Invariants: the same request gives the same rungs, as far as no limit of time
 * is near; factors above a rung that was too large or too expensive are not
 * tried.
 */
const { readInputs } = require('./timed-inputs.cjs');
const { shuffled } = require('./lockstep-probe.cjs');
const { Side, SideFailure, Turn } = require('./lockstep-side.cjs');
const { isAmount, isCount, isText, script } = require('./script.cjs');
const { spreadOf } = require('./spread.cjs');

const FACTORS = [1 / 8, 1, 4, 16, 64];
const MAX_CALL_CPU_MS = 50;
/** A grown call with larger inputs says nothing that a smaller one does not. */
const MAX_GROWN_BYTES = 2 * 1024 * 1024;
const TIMEOUT_MS = 60000;
/** The part of the calls that a rung needs. */
const LEAST_CALLS = 1 / 2;
/** A rung is not tried when a call is expected to cost this many times what it may. */
const HOPELESS = 4;
/** The part of the time for the calls of one rung. */
const PROBE_SHARE = 1 / 8;
/** How cost is expected to follow size at least and at most: linear, cubic. */
const EXPONENTS = [1, 3];

/** The reason that most calls have. */
function mostFrequent(counts) {
  const reasons = Object.keys(counts).sort((a, b) => counts[b] - counts[a] || (a < b ? -1 : 1));
  return reasons.length === 0 ? null : reasons[0];
}

/** What a call of `factor` is expected to cost, from the rungs below. */
function expectedUs(costs, factor) {
  if (costs.length === 0) return 0;
  const last = costs[costs.length - 1];
  let exponent = EXPONENTS[0];
  if (costs.length > 1) {
    const before = costs[costs.length - 2];
    exponent = Math.log(last.cpuUs / before.cpuUs) / Math.log(last.factor / before.factor);
  }
  exponent = Math.min(EXPONENTS[1], Math.max(EXPONENTS[0], exponent));
  return last.cpuUs * (factor / last.factor) ** exponent;
}

/**
 * Makes the calls of a rung once, in a process of its own.
 * @returns {Promise<{cpuUs: number, works: number}>} cost of a call (weighted), the part of the calls
 *   that do not throw now
 */
async function tryRung(request, growth, turn) {
  const side = new Side('base', turn, { flags: ['--unhandled-rejections=none', '--no-warnings'] });
  try {
    const loaded = await side.ask({
      do: 'load', secret: side.secret, bundle: request.base, function: request.function, calls: request.calls, grow: growth, mutates: false,
    });
    const weights = loaded.weights.split(' ').map(Number);
    const order = shuffled(loaded.calls, request.seed);
    const { rows } = await side.ask({ do: 'probe', order, wallMs: request.timeoutMs * PROBE_SHARE });
    let cost = 0;
    let weight = 0;
    let works = 0;
    const states = rows.split(' ');
    states.forEach((row, k) => {
      const [, cpuUs, , state] = row.split(',');
      if (state === 'changed') return;
      works += 1;
      weight += weights[order[k]];
      cost += weights[order[k]] * Number(cpuUs);
    });
    return { cpuUs: works === 0 ? 0 : Math.max(1, cost / weight), works: works / states.length };
  } finally {
    await side.close();
  }
}

/** One rung, or why there is none. */
async function rungOf(request, factor, recorded, costs, turn) {
  const growth = factor === 1 ? null : { factor, seed: request.seed };
  const { calls, dropped } = readInputs(request.calls, growth, factor > 1 ? { maxCallBytes: request.maxBytesPerCall } : {});
  const total = calls.length + Object.keys(dropped).reduce((sum, reason) => sum + dropped[reason], 0);
  if (calls.length === 0 || calls.length < Math.min(total, recorded) * LEAST_CALLS) return { reason: mostFrequent(dropped) || 'no-call' };
  const elements = spreadOf(calls);
  if (request.base === null) return { elements };
  if (expectedUs(costs, factor) > request.maxCallCpuMs * 1000 * HOPELESS) return { reason: 'too-expensive' };
  const { cpuUs, works } = await tryRung(request, growth, turn);
  if (works < LEAST_CALLS) return { reason: 'throws-when-grown' };
  costs.push({ factor, cpuUs });
  return cpuUs > request.maxCallCpuMs * 1000 ? { reason: 'too-expensive' } : { elements };
}

/**
 * @param {object} request see the head of this file
 * @returns {Promise<{rungs: {factor: number, elements: object}[], notGrowable: string|null}>}
 */
async function ladder(request) {
  const turn = new Turn(request.timeoutMs);
  const own = readInputs(request.calls, null);
  if (own.calls.length === 0) return { rungs: [], notGrowable: mostFrequent(own.dropped) || 'no-call' };
  const rungs = [{ factor: 1, elements: spreadOf(own.calls) }];
  const reasons = [];
  const costs = [];
  for (const factor of [...new Set(request.factors)].sort((a, b) => a - b)) {
    if (factor === 1 && request.base === null) continue;
    let rung;
    try {
      rung = await rungOf(request, factor, own.calls.length, costs, turn);
    } catch (error) {
      if (!(error instanceof SideFailure) || (error.reason !== 'timeout' && error.reason !== 'ended')) throw error;
      rung = { reason: error.reason === 'timeout' ? 'too-expensive' : 'ended' };
    }
    if (factor === 1) continue;
    if (rung.reason) {
      reasons.push(rung.reason);
      if (factor > 1) break;
    } else if (!rungs.some(({ elements }) => isSame(elements, rung.elements))) {
      rungs.push({ factor, elements: rung.elements });
    } else {
      reasons.push('same-size');
    }
  }
  rungs.sort((a, b) => a.factor - b.factor);
  return { rungs, notGrowable: rungs.length > 1 ? null : reasons[reasons.length - 1] || 'no-factor' };
}

/** Whether two rungs have the same sizes. */
function isSame(a, b) {
  return a.median === b.median && a.max === b.max;
}

const isAbsentOr = (is) => (value) => value === undefined || value === null || is(value);

const CHECK = [
  ['result', isText, 'a path'],
  ['calls', isText, 'the path of a file of calls'],
  ['seed', isCount, 'a whole number'],
  ['base', isAbsentOr(isText), 'null or the path of a bundle'],
  ['function', isCount, 'the number of a function'],
  ['factors', isAbsentOr((value) => Array.isArray(value) && value.every(isAmount)), 'a list of numbers above 0'],
  ['maxBytesPerCall', isAbsentOr(isAmount), 'a number above 0'],
  ['maxCallCpuMs', isAbsentOr(isAmount), 'a number above 0'],
  ['timeoutMs', isAbsentOr(isAmount), 'a number above 0'],
];

/** The request with what it leaves out. */
function completed(request) {
  return {
    ...request,
    base: request.base || null,
    factors: request.factors || FACTORS,
    maxBytesPerCall: request.maxBytesPerCall || MAX_GROWN_BYTES,
    maxCallCpuMs: request.maxCallCpuMs || MAX_CALL_CPU_MS,
    timeoutMs: request.timeoutMs || TIMEOUT_MS,
  };
}

if (require.main === module) script('ladder', CHECK, (request) => ladder(completed(request)));

module.exports = { completed, expectedUs, ladder };
