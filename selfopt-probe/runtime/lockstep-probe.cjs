'use strict';
/**
 * lockstep-probe.cjs: each call once on both sides, before anything is timed: which
 * calls take part, what they cost, what it takes to get their results, and
 * whether candidate does what base does.
 *
 * Invariants: base decides which calls take part; a call that threw now and did
 * not when it was recorded takes none; candidate must do the same as base on
 * each call, unless base itself does something else when it is asked again
 * later (it reads a clock, say).
 */
const { random } = require('./mix.cjs');
const { SideFailure } = require('./lockstep-side.cjs');

/** The part of all the time that the first calls of base may take. */
const PROBE_SHARE = 1 / 8;
/** Candidate has so many times the time that base took. */
const LEAST_TIMES = 3;
/** Base is asked again this much later at least: past the next second of any clock. */
const LATER_MS = 1100;

/** Numbers below `count` in an order drawn from the seed. */
function shuffled(count, seed) {
  const next = random(seed);
  const order = Array.from({ length: count }, (_, i) => i);
  for (let k = count - 1; k > 0; k -= 1) {
    const other = Math.floor(next() * (k + 1));
    [order[k], order[other]] = [order[other], order[k]];
  }
  return order;
}

/** The rows of an answer to `probe`. */
function rowsOf(answer) {
  return answer.rows.split(' ').map((row) => {
    const [digest, cpuUs, waits, state] = row.split(',');
    return { digest, cpuUs: Number(cpuUs), waits, state };
  });
}

/** What it takes to get results, over all calls: the one way that fits all. */
function waitsOf(rows) {
  const all = new Set(rows.map((row) => row.waits));
  all.delete('value');
  if (all.size > 1) return null;
  return all.size === 0 ? 'value' : [...all][0];
}

/**
 * Makes each call once on both sides and notes in `pair` what is found:
 * `usable`, `waits`, `throws`, `rows`.
 * @param {object} pair see lockstep.cjs
 */
async function probeBoth(pair) {
  const { calls, request, result, sides } = pair;
  const order = shuffled(calls.length, request.engineSeed);
  pair.probedAt = process.hrtime.bigint();
  const answer = await sides.base.ask({ do: 'probe', order, wallMs: request.timeoutMs * PROBE_SHARE });
  const base = rowsOf(answer);
  const made = order.slice(0, base.length);
  if (base.length < calls.length) result.leftOut['no-time'] = calls.length - base.length;
  const changed = base.filter((row) => row.state === 'changed').length;
  if (changed > 0) result.leftOut['throws-now'] = changed;
  pair.usable = made.map((i, k) => ({ ...calls[i], cpuUs: base[k].cpuUs, row: base[k] }))
    .filter((call) => call.row.state !== 'changed')
    .sort((a, b) => a.index - b.index);
  if (pair.usable.length === 0) {
    throw new SideFailure('base', 'no-usable-call', `all ${changed} calls throw that did not throw when they were recorded`);
  }
  pair.waits = waitsOf(pair.usable.map((call) => call.row));
  if (pair.waits === null) throw new SideFailure('base', 'mixed-results', 'some calls give promises and others iterators');
  pair.throws = pair.usable.some((call) => call.row.state === 'throws');
  // A candidate that is as fast as base must not be the one that is out of time.
  if (pair.turn.leftMs() < answer.wallMs * LEAST_TIMES) {
    throw new SideFailure('base', 'too-slow', 'making each call once leaves no time to measure');
  }
  // Candidate makes the calls that base made, in the same order: both have the same past.
  const candidate = rowsOf(await sides.candidate.ask({ do: 'probe', order: made, wallMs: null }));
  const byIndex = new Map(made.map((i, k) => [i, candidate[k]]));
  for (const call of pair.usable) call.candidate = byIndex.get(call.index);
}

/**
 * Throws unless candidate did what base did.
 * @param {object} pair after `probeBoth`
 */
async function compare(pair) {
  const { sides } = pair;
  const different = pair.usable.filter((call) => call.candidate.digest !== call.row.digest);
  if (different.length > 0) {
    const past = Number(process.hrtime.bigint() - pair.probedAt) / 1e6;
    await new Promise((resolve) => setTimeout(resolve, Math.max(0, LATER_MS - past)));
  }
  for (const call of different) {
    const base = await sides.base.ask({ do: 'again', call: call.index });
    if (base.digest !== call.row.digest) continue;
    const candidate = await sides.candidate.ask({ do: 'again', call: call.index });
    throw new SideFailure('candidate', 'outcomes-differ', `call ${call.index}: base ${base.text}, candidate ${candidate.text}`);
  }
  const waits = waitsOf(pair.usable.map((call) => call.candidate));
  if (waits !== pair.waits) {
    throw new SideFailure('candidate', 'results-differ-in-kind', `base gives ${pair.waits} and candidate ${waits || 'several kinds'}`);
  }
}

module.exports = { compare, probeBoth, shuffled };
