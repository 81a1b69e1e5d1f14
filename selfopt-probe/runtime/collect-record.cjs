'use strict';
/**
 * collect-record.cjs: one workload of each function from what all processes of
 * a run have recorded.
 *
 * Result: `{processes, truncated, functions: [{id, name, seen, copyable, recorded,
 * kept, strata, strataKept, elements: {min, median, max}|null, notCopyable: {reason: n},
 * constructorCalls, nested, skipped, throws, async, observed, bytesLimit, stopped,
 * recorderErrors, weights, file|null}]}`.
 * - `seen` is every call; `copyable` those whose arguments could be copied, and
 *   with `notCopyable`, `nested`, `constructorCalls` and `stopped` they add up to it;
 *   `skipped` calls, left out to save time, are shared out among `copyable` and
 *   `notCopyable` as the others were;
 * - `recorded` calls are in the processes' files, `kept` of them in `file`;
 * - `weights` is the sum of the kept calls' weights: the calls they stand for;
 * - `elements` is the size of the calls the kept ones stand for (weighted), as
 *   the ladder counts it; strata go by the size of the largest container, which
 *   is quicker to see while a test runs;
 * - `observed` kept calls have an outcome that a replay can be compared with.
 *
 * Invariants: which calls are kept depends on their content and the seed, never
 * on process numbers; of a stratum each call has the same chance, whatever
 * process made it; a stratum that was kept at all stands for all of its calls.
 */
const crypto = require('crypto');
const v8 = require('v8');
const { readFrames, readFrameAt } = require('./frames.cjs');
const { writeCalls } = require('./calls.cjs');
const { elementsOf } = require('./grow.cjs');
const { spreadOf } = require('./spread.cjs');
const { readLimits } = require('./limits.cjs');
const { sharesOf } = require('./repeats.cjs');
const { hashText } = require('./reservoir.cjs');
const { addCounts, withPrefix } = require('./collect-counts.cjs');

const TWO_53 = 9007199254740992;

function digest(value) {
  return crypto.createHash('sha256').update(v8.serialize(value)).digest('hex');
}

/** Where the calls and outcomes of one file are, without their content. */
function indexOf(file) {
  const slots = new Map();
  const outcomes = new Map();
  let recorded = 0;
  const { truncated } = readFrames(file, (value, bytes, at) => {
    if (value.kind === 'outcome') {
      outcomes.set(value.call, { at, bytes, digest: digest(value.outcome) });
      return;
    }
    if (value.kind !== 'call') return;
    recorded += 1;
    slots.set(`${value.function} ${value.stratum} ${value.slot}`, {
      file, at, bytes,
      call: value.call,
      id: value.function,
      stratum: value.stratum,
      text: value.text,
      weight: value.weight,
      digest: digest(value.roots),
    });
  });
  const calls = [...slots.values()];
  for (const call of calls) {
    call.outcome = outcomes.get(call.call) || null;
    call.digest += call.outcome === null ? '' : call.outcome.digest;
  }
  return { calls, recorded, truncated };
}

/** How many calls each process saw of each stratum, shared among those it kept. */
function shareWeights(calls, counts) {
  const strata = new Map();
  for (const call of calls) {
    const key = `${call.id} ${call.stratum}`;
    if (!strata.has(key)) strata.set(key, []);
    strata.get(key).push(call);
  }
  for (const group of strata.values()) {
    const seen = counts.of(group[0].id)[`stratum:${group[0].stratum}`] || 0;
    for (const call of group) call.share = Math.max(seen, group.length) / group.length;
  }
}

/** The order in which calls are preferred: by a draw of their content and seed. */
function draw(calls, seed) {
  calls.sort((a, b) => (a.digest < b.digest ? -1 : a.digest > b.digest ? 1 : a.share - b.share));
  let same = 0;
  calls.forEach((call, i) => {
    same = i > 0 && calls[i - 1].digest === call.digest ? same + 1 : 0;
    const u = (hashText(`${call.stratum} ${call.digest} ${same}`, seed) + 0.5) / TWO_53;
    // The key of a weighted sample without replacement: the smallest ones are taken.
    call.key = -Math.log(u) / call.share;
  });
  calls.sort((a, b) => a.key - b.key || (a.digest < b.digest ? -1 : 1));
}

/** How many calls of each stratum are kept, so that all together fit: the largest give way. */
function quotas(sizes, most) {
  const given = sizes.map(() => 0);
  let left = most;
  const open = sizes.map((size, i) => ({ size, i })).sort((a, b) => a.size - b.size || a.i - b.i);
  open.forEach(({ size, i }, nth) => {
    given[i] = Math.min(size, Math.floor(left / (open.length - nth)));
    left -= given[i];
  });
  return given;
}

/** The calls of a function that are kept, with the weight of each. */
function select(calls, limits, seed, scale) {
  const byStratum = new Map();
  for (const call of calls) {
    if (!byStratum.has(call.stratum)) byStratum.set(call.stratum, []);
    byStratum.get(call.stratum).push(call);
  }
  const strata = [...byStratum.entries()].map(([stratum, members]) => {
    const seen = scale * members.reduce((sum, call) => sum + call.share, 0);
    draw(members, seed);
    return { stratum, members: members.slice(0, limits.callsPerStratum), seen };
  });
  // With more strata than places those of most calls stay.
  strata.sort((a, b) => b.seen - a.seen || (a.stratum < b.stratum ? -1 : 1));
  const kept = strata.slice(0, limits.callsPerFunction);
  const places = quotas(kept.map((one) => one.members.length), limits.callsPerFunction);
  const chosen = [];
  let bytes = 0;
  kept.forEach(({ members, seen }, i) => {
    const fit = members.slice(0, places[i]).filter((call) => {
      const size = call.bytes + (call.outcome ? call.outcome.bytes : 0);
      if (bytes + size > limits.bytesPerFunction) return false;
      bytes += size;
      return true;
    });
    for (const call of fit) chosen.push({ call, weight: seen / fit.length });
  });
  chosen.sort((a, b) => (a.call.text < b.call.text ? -1 : a.call.text > b.call.text ? 1 : a.call.key - b.call.key));
  return { chosen, strata: strata.length };
}

/** The call's content, read again from the file of its process. */
function load({ call, weight }) {
  const { roots } = readFrameAt(call.file, call.at, call.bytes);
  const outcome = call.outcome && readFrameAt(call.file, call.outcome.at, call.outcome.bytes).outcome;
  return { roots, outcome, weight, stratum: call.text };
}

/**
 * What became of the calls that could be looked at, in whole calls. Counters of
 * what was looked at are in calls that each look stood for, whose sum is only
 * about that of all calls.
 */
function looked(count) {
  const all = (count.seen || 0) - (count.nested || 0) - (count.constructor || 0) - (count.stopped || 0);
  const not = withPrefix(count, 'not:');
  const sum = (counts) => Object.values(counts).reduce((a, b) => a + b, 0);
  const told = sum(not) + sum(withPrefix(count, 'stratum:'));
  const scale = told > 0 && all > 0 ? all / told : 1;
  for (const reason of Object.keys(not)) not[reason] = Math.round(not[reason] * scale);
  return { copyable: told > 0 ? Math.max(0, all - sum(not)) : 0, notCopyable: not, scale };
}

/**
 * @param {{probe: object, files: (extension: string) => string[], place: (id: number) => string}} run
 * @returns {object} see the header
 */
function collect({ probe, files, place }) {
  const limits = readLimits(probe.limits);
  const seed = Number(probe.seed) || 0;
  const countFiles = files('counts');
  const counts = addCounts(countFiles);
  const calls = [];
  const recorded = new Map();
  let truncated = 0;
  for (const file of files('calls')) {
    const index = indexOf(file);
    if (index.truncated) truncated += 1;
    const own = countFiles.filter((one) => one === file.replace(/\.calls$/, '.counts'));
    shareWeights(index.calls, addCounts(own));
    for (const call of index.calls) {
      calls.push(call);
      recorded.set(call.id, (recorded.get(call.id) || 0) + 1);
    }
  }
  const functions = probe.functions.map(({ id, name }) => {
    const count = counts.of(id);
    const { copyable, notCopyable, scale } = looked(count);
    const { chosen, strata } = select(calls.filter((call) => call.id === id), limits, seed, scale);
    const kept = chosen.map(load);
    let file = null;
    if (kept.length > 0) {
      file = place(id);
      writeCalls(file, kept, sharesOf(count));
    }
    return {
      id,
      name,
      seen: count.seen || 0,
      copyable,
      recorded: recorded.get(id) || 0,
      kept: kept.length,
      strata,
      strataKept: new Set(kept.map((call) => call.stratum)).size,
      elements: spreadOf(kept.map(({ roots, weight }) => ({ elements: elementsOf(roots), weight }))),
      notCopyable,
      constructorCalls: count.constructor || 0,
      nested: count.nested || 0,
      skipped: count.skipped || 0,
      throws: count.throws || 0,
      async: (count.async || 0) > 0,
      observed: kept.filter((call) => call.outcome && call.outcome.kind !== 'unobserved').length,
      bytesLimit: count['bytes-limit'] || 0,
      stopped: count.stopped || 0,
      recorderErrors: count['recorder-error'] || 0,
      weights: kept.reduce((sum, call) => sum + call.weight, 0),
      file,
    };
  });
  return { processes: counts.files, truncated, functions };
}

module.exports = { collect };
