'use strict';
/**
 * lockstep.cjs: one lock-step pair: base and candidate as two fresh processes
 * that run blocks of the same calls in turn.
 *
 *   node lockstep.cjs REQUEST.json
 *   {"result": FILE, "base": BUNDLE, "candidate": BUNDLE, "function": 0, "calls": FILE,
 *    "grow": null | {"factor": 10, "seed": 1}, "only": null | {"minElements": 0,
 *    "maxElements": 9, "stratum": "large"}, "first": "base" | "candidate",
 *    "order": ["base" | "candidate", ...], "engineSeed": 123, "warmUpCpuMs": 300,
 *    "warmUpIterations": 10, "minBlockCpuMs": 5, "maxBlockCpuMs": 20, "mutates": false,
 *    "unrepeated": null | [LEVEL | null, ...], "timeoutMs": 60000}
 *
 * With `unrepeated`, a level of cipher.cjs for each call as remember.cjs finds
 * them, no round has the values of another (unrepeated.cjs); calls with null take
 * no part. The result is described at `measure`. Base against itself (noise) is a
 * request that names the same bundle twice.
 *
 * The steps, each with the token at one side only: load; make each call once
 * and compare what the sides did; warm up; find the length of a block (on base;
 * candidate makes each of these blocks too); the blocks, in the order of the
 * request; allocation; end. What has an order is done in that of `first`,
 * unless candidate must do what base did.
 *
 * Invariants: the two processes never run at once; both get the same flags, the
 * same calls and blocks of the same length; a pair whose sides do not do the
 * same work, or that has no time, has a `failure` and no claim to be used.
 */
const { mix, naturalLength } = require('./mix.cjs');
const { blocksIn, costOf, nextCalls, split } = require('./timed-plan.cjs');
const { compare, probeBoth } = require('./lockstep-probe.cjs');
const { Side, SideFailure, Turn } = require('./lockstep-side.cjs');
const { isAmount, isCount, isText, script } = require('./script.cjs');

const SIDES = ['base', 'candidate'];
/** Times that the length of a block is corrected at most. */
const CORRECTIONS = 8;
/** A block is not begun with less time than this many of it took. */
const LEAST_TIMES = 2;
/** The part of the time for one side's warm-up. */
const WARM_UP_SHARE = 1 / 10;
/** A round before the warm-up may look as if it cost this many blocks: cold code is slow. */
const COLD_BLOCKS = 4;
/** Calls whose allocation is measured, and how often that is tried with fewer. */
const ALLOCATED_CALLS = 4096;
const LEAST_ALLOCATED_CALLS = 64;
const ALLOCATED_TRIES = 4;

/**
 * Megabytes of the space for young objects from the start: as large as the engine would let it
 * grow. When it grows by itself, each process does so at another moment.
 */
const YOUNG_MB = 16;

/** Flags of both processes. Warnings and rejections of the project are not what is looked at. */
function flagsOf(engineSeed) {
  // 0 would be a seed of the engine's own choice.
  const seed = (engineSeed % 0x7fffffff) + 1;
  return [`--hash-seed=${seed}`, `--random-seed=${seed}`, `--min-semi-space-size=${YOUNG_MB}`, '--unhandled-rejections=none', '--no-warnings'];
}

/** The pair under way: what all steps need. */
class Pair {
  constructor(request) {
    this.request = request;
    this.turn = new Turn(request.timeoutMs);
    this.sides = {};
    this.isProbed = false;
    this.asked = 0;
    this.levels = request.unrepeated || null;
    for (const name of SIDES) this.sides[name] = new Side(name, this.turn, { flags: flagsOf(request.engineSeed) });
    this.order = request.first === 'base' ? SIDES : ['candidate', 'base'];
    this.result = {
      rounds: 0,
      callsPerRound: 0,
      blocks: [],
      rss: { base: null, candidate: null },
      allocated: { base: null, candidate: null },
      elements: { min: 0, median: 0, max: 0 },
      distinctCalls: 0,
      leftOut: {},
      failure: null,
    };
  }

  /** Asks both sides for the same, one after the other. */
  async both(message, order = this.order) {
    const answers = {};
    for (const name of order) answers[name] = await this.sides[name].ask(message);
    return answers;
  }

  async run() {
    await this.load();
    await probeBoth(this);
    await compare(this);
    this.isProbed = true;
    this.leaveOut();
    this.natural = naturalLength(this.usable.map((call) => call.weight));
    await this.warmUp();
    await this.findLength();
    await this.blocks();
    try {
      await this.allocation();
      const ends = await this.both({ do: 'end' });
      for (const name of SIDES) this.result.rss[name] = ends[name].rss;
    } catch (error) {
      // The blocks are there: what is only reported may be missing.
      if (!(error instanceof SideFailure) || error.reason !== 'timeout') throw error;
    }
  }

  async load() {
    const { request } = this;
    const loaded = {};
    for (const name of this.order) {
      loaded[name] = await this.sides[name].ask({
        do: 'load',
        secret: this.sides[name].secret,
        bundle: request[name],
        function: request.function,
        calls: request.calls,
        grow: request.grow,
        only: request.only,
        mutates: request.mutates,
        unrepeated: this.levels !== null,
      });
    }
    const { base } = loaded;
    if (base.dropped !== '') {
      for (const entry of base.dropped.split(' ')) {
        const [reason, count] = entry.split('=');
        this.result.leftOut[reason] = Number(count);
      }
    }
    if (base.calls === 0) throw new SideFailure('base', 'no-usable-call', `left out: ${base.dropped || 'none, there was no call'}`);
    const elements = base.elements.split(' ').map(Number);
    this.calls = base.weights.split(' ').map((weight, index) => ({ index, weight: Number(weight), elements: elements[index] }));
  }

  /** Leaves out the calls of which there are no other values, where none may come again. */
  leaveOut() {
    const { levels } = this;
    if (levels === null) return;
    const all = this.usable.length;
    this.usable = this.usable.filter((call) => levels[call.index] !== null && levels[call.index] !== undefined);
    if (this.usable.length < all) this.result.leftOut['not-varied'] = all - this.usable.length;
    if (this.usable.length === 0) throw new SideFailure('base', 'no-usable-call', 'of no call there are other values');
    // Other values may be refused, on both sides alike.
    this.throws = true;
  }

  /** The message of a block: its number is the same on both sides. */
  blockOf(rounds) {
    this.asked += 1;
    return { do: 'block', rounds, block: this.asked };
  }

  /** Gives both sides the round of `length` calls. */
  async setRound(length) {
    if (this.length === length) return;
    this.length = length;
    const weights = this.usable.map((call) => call.weight);
    const sizes = this.usable.map((call) => call.elements);
    const round = Array.from(mix(weights, sizes, length, this.request.engineSeed), (i) => this.usable[i].index);
    this.round = round;
    const { levels, waits, throws } = this;
    await this.both({ do: 'round', round, waits, throws, levels, seed: this.request.engineSeed });
  }

  async warmUp() {
    const { request, turn } = this;
    const cold = this.usable.reduce((sum, call) => sum + call.weight * call.cpuUs, 0)
      / this.usable.reduce((sum, call) => sum + call.weight, 0);
    this.expensive = cold > request.maxBlockCpuMs * 1000;
    const fits = (COLD_BLOCKS * request.maxBlockCpuMs * 1000) / Math.max(cold, 0.001);
    await this.setRound(this.expensive ? 1 : Math.max(1, Math.min(this.natural, Math.floor(fits))));
    this.costs = await this.both({
      do: 'warm',
      cpuUs: request.warmUpCpuMs * 1000,
      iterations: request.warmUpIterations,
      wallMs: Math.min(turn.leftMs(), request.timeoutMs * WARM_UP_SHARE),
    });
  }

  /** What a block costs on both sides: the cheaper of two, or of one where one is too expensive anyway. */
  async costsOf(rounds, maxUs) {
    const costs = await this.both(this.blockOf(rounds), SIDES);
    if (costOf(costs.base) > maxUs) return costs;
    const again = await this.both(this.blockOf(rounds), SIDES);
    for (const name of SIDES) if (costOf(again[name]) < costOf(costs[name])) costs[name] = again[name];
    return costs;
  }

  /** Finds how many calls a block makes. */
  async findLength() {
    const { request } = this;
    const bounds = { minUs: request.minBlockCpuMs * 1000, maxUs: request.maxBlockCpuMs * 1000 };
    let calls = this.length;
    let rounds = 1;
    for (let k = 0; k < CORRECTIONS; k += 1) {
      this.costs = await this.costsOf(rounds, bounds.maxUs);
      const next = nextCalls(calls, this.costs, bounds);
      const plan = split(next, this.natural);
      if (plan.length === this.length && plan.rounds === rounds) break;
      await this.setRound(plan.length);
      ({ rounds } = plan);
      calls = plan.length * rounds;
    }
    this.result.rounds = rounds;
    this.result.callsPerRound = this.length;
    this.result.distinctCalls = new Set(this.round).size;
    const elements = new Map(this.usable.map((call) => [call.index, call.elements]));
    this.result.elements = spread(this.round.map((index) => elements.get(index)));
  }

  async blocks() {
    const { request, result, turn } = this;
    const count = blocksIn(request.order.length, this.costs, turn.leftMs(), request.maxBlockCpuMs * 1000);
    if (count === 0) throw new SideFailure('base', 'too-slow', 'one block of each side takes longer than the time that is left');
    const bothMs = (this.costs.base.totalNs + this.costs.candidate.totalNs) / 1e6;
    for (let j = 0; j < count; j += 1) {
      // The machine may have become slower since the blocks were counted.
      if (j > 0 && turn.leftMs() < bothMs * LEAST_TIMES) break;
      const order = request.order[j] === 'base' ? SIDES : ['candidate', 'base'];
      const { base, candidate } = await this.both(this.blockOf(result.rounds), order);
      result.blocks.push({
        base: { wallNs: base.wallNs, cpuUs: base.cpuUs },
        candidate: { wallNs: candidate.wallNs, cpuUs: candidate.cpuUs },
      });
    }
  }

  /** Bytes a call, where so few calls could be watched that no garbage was collected. */
  async allocation() {
    const { result } = this;
    const few = Math.min(LEAST_ALLOCATED_CALLS, this.length * result.rounds);
    let calls = Math.min(Math.max(this.length, few), ALLOCATED_CALLS);
    for (let k = 0; k < ALLOCATED_TRIES; k += 1) {
      if (this.costs.base.totalNs + this.costs.candidate.totalNs > (this.turn.leftMs() * 1e6) / 4) return;
      const answers = await this.both({ do: 'allocate', calls }, SIDES);
      if (SIDES.every((name) => answers[name].bytes >= 0)) {
        for (const name of SIDES) result.allocated[name] = Math.round(answers[name].bytes / calls);
        return;
      }
      calls = Math.max(1, Math.floor(calls / 8));
    }
  }

  async close() {
    for (const name of SIDES) await this.sides[name].close();
  }
}

/** @returns {{min: number, median: number, max: number}} of some numbers, the lower median */
function spread(numbers) {
  const sorted = [...numbers].sort((a, b) => a - b);
  return { min: sorted[0], median: sorted[(sorted.length - 1) >> 1], max: sorted[sorted.length - 1] };
}

/**
 * Runs a pair.
 *
 * @param {object} request see the head of this file
 * @returns {Promise<object>} `rounds` and `callsPerRound` of a block; `blocks`, for each
 *   `{base, candidate}` with `wallNs` and `cpuUs`, fewer than `order` has when the time allows no more;
 *   `rss`, the most memory that each process had, in bytes; `allocated`, bytes a call of each side or
 *   null; `elements`, the sizes of the inputs as often as a round has them; `distinctCalls` of a round;
 *   `leftOut`, how many recorded calls take no part, by reason; `failure`, null or
 *   `{side, reason, detail}`. A failure of base, and `out-of-time`, say nothing about candidate
 */
async function measure(request) {
  const pair = new Pair({ ...request, grow: request.grow || null, only: request.only || null });
  try {
    await pair.run();
  } catch (error) {
    if (!(error instanceof SideFailure)) throw error;
    // Both sides have made each call once: then it is the machine that is late, not one of them.
    const isLate = error.reason === 'timeout' && pair.isProbed;
    pair.result.failure = { side: error.side, reason: isLate ? 'out-of-time' : error.reason, detail: error.detail };
  } finally {
    await pair.close();
  }
  return pair.result;
}

const isSide = (value) => SIDES.includes(value);
const isGrow = (value) => value === null || value === undefined
  || (typeof value === 'object' && isAmount(value.factor) && isCount(value.seed));
/** A class of the calls (timed-inputs.cjs); each bound may be left out. */
function isOnly(value) {
  if (value === null || value === undefined) return true;
  const isBound = (bound) => bound === undefined || isCount(bound);
  return typeof value === 'object' && isBound(value.minElements) && isBound(value.maxElements)
    && (value.stratum === undefined || typeof value.stratum === 'string');
}
const isLevels = (value) => value === null || value === undefined
  || (Array.isArray(value) && value.every((level) => level === null || isCount(level)));
const isOrder = (value) => Array.isArray(value) && value.length > 0 && value.every(isSide);

const CHECK = [
  ['result', isText, 'a path'],
  ['base', isText, 'the path of a bundle'],
  ['candidate', isText, 'the path of a bundle'],
  ['function', isCount, 'the number of a function'],
  ['calls', isText, 'the path of a file of calls'],
  ['grow', isGrow, 'null or {"factor": a number above 0, "seed": a whole number}'],
  ['only', isOnly, 'null or {"minElements": n, "maxElements": n, "stratum": "..."}'],
  ['first', isSide, '"base" or "candidate"'],
  ['order', isOrder, 'a list of "base" and "candidate", one for each block'],
  ['engineSeed', isCount, 'a whole number'],
  ['warmUpCpuMs', isAmount, 'a number above 0'],
  ['warmUpIterations', isCount, 'a whole number'],
  ['minBlockCpuMs', isAmount, 'a number above 0'],
  ['maxBlockCpuMs', isAmount, 'a number above 0'],
  ['unrepeated', isLevels, 'null or a list of levels'],
  ['mutates', (value) => typeof value === 'boolean', 'true or false'],
  ['timeoutMs', isAmount, 'a number above 0'],
];

if (require.main === module) script('lockstep', CHECK, (request) => measure(request));

module.exports = { Pair, measure, spread };
