'use strict';
/**
 * collect-pair.cjs: what the comparisons in place of all processes of a run gave.
 *
 * Result: `{processes, truncated, functions: [{id, name, seen, compared, agreed, differs,
 * difference|null, inside: {tried, agreed}, differenceInside|null, undecidable: {reason: n},
 * nested, skipped, budget, constructorCalls, async, mutates: {base, candidate}, elements: {min, median, max}|null, timing: {word: n},
 * processes: [{elements, callsPerBlock, blocks: [{base: {cpuUs, wallNs}, candidate: {cpuUs, wallNs},
 * first, how, rounds, elements}]}]}]}`.
 * - `compared` = `agreed` + `differs`; with `undecidable`, `nested`, `skipped`,
 *   `budget` and `constructorCalls` it adds up to `seen`;
 * - `difference` is a counterexample, `{input, base, candidate, path, origin:
 *   "recorded", call}`: the one with the shortest input; `differenceInside` that of
 *   variations, with the origin "variation"; `inside` counts those;
 * - `mutates` says whether a version was seen to change `this` or an argument;
 * - `elements` are the sizes of the compared calls (above 999 the three first
 *   digits), a process's the median of its blocks' sizes and `callsPerBlock` that of
 *   their rounds; a process without blocks is not listed.
 *
 * Invariant: nothing depends on the order or the numbers of the processes.
 */
const { readFrames } = require('./frames.cjs');
const { addCounts, withPrefix } = require('./collect-counts.cjs');

/** The frames of one file by function. */
function framesOf(file) {
  const byFunction = new Map();
  const { truncated } = readFrames(file, (value) => {
    if (!byFunction.has(value.function)) byFunction.set(value.function, { blocks: [], differences: [], inside: [] });
    const frames = byFunction.get(value.function);
    if (value.kind === 'block') {
      const { base, candidate, first, how, rounds, elements } = value;
      frames.blocks.push({ base, candidate, first, how, rounds, elements });
    } else if (value.kind === 'difference') {
      frames.differences.push({ ...value.difference, origin: 'recorded', call: frames.differences.length });
    } else if (value.kind === 'difference-inside') {
      frames.inside.push({ ...value.difference, origin: 'variation', call: frames.inside.length });
    }
  });
  return { byFunction, truncated };
}

function median(numbers) {
  const sorted = [...numbers].sort((a, b) => a - b);
  return sorted[Math.floor((sorted.length - 1) / 2)];
}

/** Smallest, middle and largest of sizes that were counted. */
function spread(counted) {
  const sizes = Object.keys(counted).map(Number).filter(Number.isFinite).sort((a, b) => a - b);
  if (sizes.length === 0) return null;
  let left = sizes.reduce((sum, size) => sum + counted[size], 0) / 2;
  const middle = sizes.find((size) => (left -= counted[size]) <= 0);
  return { min: sizes[0], median: middle, max: sizes[sizes.length - 1] };
}

function byText(a, b) {
  const [one, two] = [JSON.stringify(a), JSON.stringify(b)];
  return one < two ? -1 : one > two ? 1 : 0;
}

/** The counterexample that is easiest to read. */
function shortest(differences) {
  const sorted = [...differences].sort((a, b) => a.input.length - b.input.length || byText(a, b));
  return sorted.length === 0 ? null : sorted[0];
}

/**
 * @param {{probe: object, files: (extension: string) => string[]}} run
 * @returns {object} see the header
 */
function collect({ probe, files }) {
  const counts = addCounts(files('counts'));
  const read = files('pairs').map(framesOf);
  const functions = probe.functions.map(({ id, name }) => {
    const own = read.map((one) => one.byFunction.get(id)).filter((one) => one !== undefined);
    const count = counts.of(id);
    const compared = (count.agreed || 0) + (count.differs || 0);
    return {
      id,
      name,
      seen: count.seen || 0,
      compared,
      agreed: count.agreed || 0,
      differs: count.differs || 0,
      difference: shortest(own.flatMap((one) => one.differences)),
      inside: { tried: (count['varied:agreed'] || 0) + (count['varied:differs'] || 0), agreed: count['varied:agreed'] || 0 },
      differenceInside: shortest(own.flatMap((one) => one.inside)),
      undecidable: withPrefix(count, 'undecidable:'),
      nested: count.nested || 0,
      skipped: count.skipped || 0,
      budget: count.budget || 0,
      constructorCalls: count.constructor || 0,
      async: (count.async || 0) > 0,
      mutates: { base: (count['mutates-base'] || 0) > 0, candidate: (count['mutates-candidate'] || 0) > 0 },
      elements: spread(withPrefix(count, 'size:')),
      timing: withPrefix(count, 'time:'),
      processes: own
        .filter((one) => one.blocks.length > 0)
        .map(({ blocks }) => ({
          elements: median(blocks.map((block) => block.elements)),
          callsPerBlock: median(blocks.map((block) => block.rounds)),
          blocks,
        }))
        .sort(byText),
    };
  });
  return { processes: counts.files, truncated: read.filter((one) => one.truncated).length, functions };
}

module.exports = { collect };
