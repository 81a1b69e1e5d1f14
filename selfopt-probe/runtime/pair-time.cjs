'use strict';
/**
 * pair-time.cjs: times both versions at the place of one call.
 *
 * Blocks of repeated calls, base and candidate in random seeded order, on the
 * live values where neither version was seen to change them, else on copies made
 * before the clock starts. Each pair of blocks is written at once:
 * `{kind: "block", function, how: "live"|"copy", first: "base"|"candidate",
 * rounds, elements, base: {cpuUs, wallNs}, candidate: {cpuUs, wallNs}}`.
 *
 * Invariants: only calls that gave the same on both sides are timed, and none
 * that threw; nothing of a call is held afterwards; time is looked at before
 * each block. CPU time is the thread's where Node can tell it, else the
 * process's; elapsed time is counted without the time in the queue of a
 * processor (run-queue.cjs).
 */
const { construct, threadCpu, now, FunctionOf } = require('./captured.cjs');
const { quietly } = require('./quiet.cjs');
const { queuedNs, withoutQueue } = require('./run-queue.cjs');

const { ceil, floor } = Math;
const MOST_ROUNDS = 1000000;
/** A block shorter than this tells nothing. */
const SHORTEST_NS = 100000;
const MOST_ARGUMENTS = 8;
const RECALIBRATIONS = 4;

/**
 * @param {{limits: object, random: () => number, write: (frame: object) => *,
 *   within: (side: string, run: () => *) => *, copyOf: (plan: object) => {self: *, args: Array}}} host
 */
function createTimer({ limits, random, write, within, copyOf }) {
  const loops = Object.create(null);
  const sink = { last: undefined };

  /**
   * A loop of its own for each side, so that the engine optimizes it for what it
   * calls: `(fn, list, rounds)`, where item `i % list.length` is `{self, args}`.
   */
  function loopOf(side, id, count, how) {
    const name = `${side} ${id} ${count} ${how}`;
    if (loops[name] === undefined) {
      let values = '';
      for (let i = 0; i < count; i += 1) values += `,a[${i}]`;
      const body = how === 'live'
        ? `const {self:s,args:a}=list[0];for(let i=0;i<n;i+=1)sink.last=f.call(s${values});`
        : `for(let i=0;i<n;i+=1){const {self:s,args:a}=list[i];sink.last=f.call(s${values});}`;
      const make = construct(FunctionOf, ['sink', `return function(f,list,n){/* ${name} */${body}}`]);
      loops[name] = make(sink);
    }
    return loops[name];
  }

  /** One block of one side, which prints nothing. */
  function block(global, loop, side, fn, list, rounds) {
    return quietly(global, () => undefined, () => within(side, () => {
      const queued = queuedNs();
      const cpu = threadCpu();
      const wall = now();
      loop(fn, list, rounds);
      const elapsed = now() - wall;
      const cpuUs = threadCpu() - cpu;
      const wallNs = withoutQueue(elapsed, cpuUs, queuedNs() - queued);
      sink.last = undefined;
      return { cpuUs, wallNs };
    }));
  }

  /** How many copies fit into the memory, and into a fair part of the call's time. */
  function mostCopies(plan) {
    const start = now();
    copyOf(plan);
    const fit = floor(limits.copyBytes / (plan.size.bytes + 1));
    const inTime = floor((limits.callBudgetMs * 1e6) / (4 * (limits.blocks + 1) * (now() - start + 1)));
    return fit < inTime ? fit : inTime;
  }

  /**
   * Times one call. `until` is the moment (of `now`) at which no further block
   * starts; `costNs` what the call itself took.
   * @returns {string} `timed`, `warming`, or why nothing was timed
   */
  function time(state, plan, { base, candidate, mutates, costNs, until }) {
    const count = plan.args.length;
    if (count > MOST_ARGUMENTS) return 'too-many-arguments';
    const how = mutates ? 'copy' : 'live';
    const live = [{ self: plan.self, args: plan.args }];
    const fns = { base, candidate };
    const run = {};
    for (const side of ['base', 'candidate']) {
      const loop = loopOf(side, state.id, count, how);
      run[side] = (rounds) => {
        let list = live;
        if (mutates) {
          list = [];
          for (let i = 0; i < rounds; i += 1) list[i] = copyOf(plan);
        }
        return block(plan.global, loop, side, fns[side], list, rounds);
      };
    }
    const most = mutates ? mostCopies(plan) : MOST_ROUNDS;
    const roundsFor = (each) => {
      const wanted = ceil((limits.minBlockCpuMs * 1e6) / (each > 1 ? each : 1));
      return wanted < 1 ? 1 : wanted > most ? most : wanted;
    };
    if (most < 1) return 'too-costly-to-copy';

    let rounds = roundsFor(costNs);
    let each = costNs;
    while (state.warmNs < 2 * limits.warmUpCpuMs * 1e6) {
      if (now() >= until) return 'warming';
      const { wallNs } = run.base(rounds);
      state.warmNs += wallNs + run.candidate(rounds).wallNs;
      each = wallNs / rounds;
      rounds = roundsFor(each);
    }
    if (each === costNs) {
      if (now() >= until) return 'budget';
      rounds = roundsFor(run.base(rounds).wallNs / rounds);
    }
    let told = 'budget';
    let again = RECALIBRATIONS;
    for (let i = 0; i < limits.blocks && now() < until; i += 1) {
      const first = random() < 0.5 ? 'base' : 'candidate';
      const times = {};
      times[first] = run[first](rounds);
      const second = first === 'base' ? 'candidate' : 'base';
      times[second] = run[second](rounds);
      if (times.base.wallNs < SHORTEST_NS) {
        // The engine has made it faster since the rounds were chosen.
        const more = roundsFor(times.base.wallNs / rounds);
        if (more <= rounds || again === 0) return 'too-short';
        rounds = more;
        again -= 1;
        i -= 1;
        continue;
      }
      write({
        kind: 'block', function: state.id, how, first, rounds, elements: plan.size.elements,
        base: times.base, candidate: times.candidate,
      });
      told = 'timed';
    }
    return told;
  }

  return { time };
}

module.exports = { createTimer };
