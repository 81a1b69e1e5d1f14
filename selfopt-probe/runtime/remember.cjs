'use strict';
/**
 * remember.cjs: whether candidate answers calls from memory where base works,
 * and with which other values it could not.
 *
 *   node remember.cjs REQUEST.json
 *   {"result": FILE, "base": BUNDLE, "candidate": BUNDLE, "function": 0, "calls": FILE,
 *    "mutates": false, "seed": 1, "budgetMs": 10000}
 *   → {"traced": n, "remembered": share, "varied": share, "shares": {"values", "objects"},
 *      "levels": [LEVEL | null, ...]}
 *
 * A timed block repeats the recorded calls, so that a cache hits where it never
 * would in production. Here each call is made again under the engine's counters
 * of blocks (tracing.cjs): who remembers executes less the second time. For these
 * calls, values of the same look are looked for (cipher.cjs) with which base does
 * the work that it does on the recorded ones and candidate does not remember.
 *
 * `remembered` is the part of the calls, by weight, of which candidate remembers
 * something by value or identity and base does not; `varied` the part of these
 * with such other values; `levels` say for each call of the file (as worker.cjs
 * numbers them) how its values are changed, null: they cannot be. `shares` are
 * how often the recorded program brought new values.
 *
 * Invariants: no clock decides; what is remembered once, whatever is asked later
 * (a table made at the first call), is no memory of values; a call that was not
 * traced counts as its neighbours in size do.
 */
const { LEVELS } = require('./cipher.cjs');
const { shuffled } = require('./lockstep-probe.cjs');
const { Side, Turn } = require('./lockstep-side.cjs');
const { readInputs } = require('./timed-inputs.cjs');
const { isAmount, isCount, isText, script } = require('./script.cjs');

/** Calls that are traced. */
const MOST_CALLS = 24;
/** How far the work of base on other values may be from that on the recorded ones. */
const WORK_SHARE = 0.25;
/** Two sets of other values of a call: what holds for one might be chance. */
const VARIANTS = [1, 2];
/** The cipher that changes nothing is none: only objects are new. */
const SAME_VALUES = LEVELS.length - 1;

/** The rows of an answer to `trace`. */
function rowsOf(answer) {
  if (answer.rows === '') return [];
  return answer.rows.split(' ').map((row) => {
    const [kind, first, work, second, , third, , other] = row.split(',');
    return { kind, first, work: Number(work), second, third, isOther: other === 'true' };
  });
}

/** Whether an answer came from memory: less or other code was executed when all was the same. */
const byValue = (row) => row.first !== row.second;
const byIdentity = (row) => row.second !== row.third;
const remembers = (row) => byValue(row) || byIdentity(row);

/** Whether the values were others, and base did on them what it does on the recorded ones. */
function isLike(recorded, other) {
  return other.isOther && recorded.kind === other.kind && Math.abs(other.work - recorded.work) <= WORK_SHARE * recorded.work;
}

/** Along the sizes, the numbers of the calls to trace. */
function chosen(calls) {
  const order = calls.map((_, i) => i).sort((a, b) => calls[a].elements - calls[b].elements || a - b);
  if (order.length <= MOST_CALLS) return order;
  return Array.from({ length: MOST_CALLS }, (_, k) => order[Math.floor(((k + 0.5) * order.length) / MOST_CALLS)]);
}

class Study {
  constructor(request) {
    this.request = request;
    this.turn = new Turn(request.budgetMs);
    this.sides = {};
    this.last = 0;
    for (const name of ['base', 'candidate']) this.sides[name] = new Side(name, this.turn, { flags: ['--unhandled-rejections=none', '--no-warnings'] });
    const { calls, shares } = readInputs(request.calls, null);
    this.calls = calls;
    this.shares = shares;
  }

  async load(name) {
    const { request } = this;
    await this.sides[name].ask({
      do: 'load', secret: this.sides[name].secret, bundle: request[name], function: request.function, calls: request.calls,
      grow: null, only: null, mutates: request.mutates, unrepeated: false, traced: true,
    });
  }

  async trace(name, tasks) {
    const wallMs = this.turn.leftMs() / 3;
    return rowsOf(await this.sides[name].ask({ do: 'trace', tasks, mutates: this.request.mutates, wallMs }));
  }

  async run() {
    const picked = chosen(this.calls);
    const order = shuffled(picked.length, this.request.seed).map((k) => picked[k]);
    const recorded = (call) => ({ call, level: null, variant: 0 });
    await this.load('candidate');
    const rows = await this.trace('candidate', order.map(recorded));
    const traced = order.slice(0, rows.length);
    const suspects = traced.filter((_, k) => remembers(rows[k]));
    if (suspects.length === 0) return this.told(traced, [], new Map());
    await this.load('base');
    const ofBase = await this.trace('base', traced.map(recorded));
    const baseRow = new Map(ofBase.map((row, k) => [traced[k], row]));
    const ofCandidate = new Map(rows.map((row, k) => [traced[k], row]));
    const suspected = suspects.filter((call) => baseRow.has(call) && !remembers(baseRow.get(call)));
    const levels = new Map();
    const remembered = [];
    for (const call of suspected) {
      const answer = await this.levelOf(call, baseRow.get(call), ofCandidate.get(call));
      if (answer === 'forgets') continue;
      remembered.push(call);
      if (answer !== null) levels.set(call, answer);
    }
    return this.told(traced, remembered, levels);
  }

  /** The level at which candidate cannot remember a call; `forgets` when it remembers no values at all. */
  async levelOf(call, base, candidate) {
    const isById = !byValue(candidate);
    if (isById) return SAME_VALUES;
    let isLikeSomewhere = false;
    // What fits one call often fits the next.
    const levels = LEVELS.map((_, level) => level).sort((a, b) => (b === this.last) - (a === this.last) || a - b);
    for (const level of levels) {
      const tasks = VARIANTS.map((variant) => ({ call, level, variant }));
      const ofBase = await this.trace('base', tasks);
      if (ofBase.length < tasks.length) return null;
      if (!ofBase.every((row) => isLike(base, row))) continue;
      isLikeSomewhere = true;
      const ofCandidate = await this.trace('candidate', tasks);
      if (ofCandidate.length < tasks.length) return null;
      if (ofCandidate.every(byValue)) {
        this.last = level;
        return level;
      }
    }
    return isLikeSomewhere ? 'forgets' : null;
  }

  /** The result. Calls that were not traced get the level of the nearest traced one in size. */
  told(traced, remembered, levels) {
    const { calls } = this;
    const isRemembered = new Set(remembered);
    const nearest = (i) => traced.reduce((best, call) => (
      best === null || Math.abs(calls[call].elements - calls[i].elements) < Math.abs(calls[best].elements - calls[i].elements) ? call : best
    ), null);
    const of = calls.map((_, i) => (traced.includes(i) ? i : nearest(i)));
    const weightOf = (is) => calls.reduce((sum, { weight }, i) => sum + (is(of[i]) ? weight : 0), 0);
    const all = weightOf(() => true);
    const weight = weightOf((call) => isRemembered.has(call));
    const level = (call) => (!isRemembered.has(call) ? SAME_VALUES : levels.has(call) ? levels.get(call) : null);
    return {
      traced: traced.length,
      remembered: all > 0 ? weight / all : 0,
      varied: weight > 0 ? weightOf((call) => isRemembered.has(call) && levels.has(call)) / weight : 0,
      shares: this.shares,
      levels: of.map(level),
    };
  }

  async close() {
    for (const name of Object.keys(this.sides)) await this.sides[name].close();
  }
}

/**
 * @param {object} request see the header
 * @returns {Promise<object>}
 */
async function remember(request) {
  const study = new Study(request);
  try {
    return await study.run();
  } finally {
    await study.close();
  }
}

if (require.main === module) {
  script('remember', [
    ['result', isText, 'a path'],
    ['base', isText, 'the path of a bundle'],
    ['candidate', isText, 'the path of a bundle'],
    ['function', isCount, 'the number of a function'],
    ['calls', isText, 'the path of a file of calls'],
    ['mutates', (value) => typeof value === 'boolean', 'true or false'],
    ['seed', isCount, 'a whole number'],
    ['budgetMs', isAmount, 'a number above 0'],
  ], remember);
}

module.exports = { remember };
