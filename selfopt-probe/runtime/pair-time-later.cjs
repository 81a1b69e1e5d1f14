'use strict';
/**
 * pair-time-later.cjs: times both versions of an async function at the place of
 * one call: blocks of calls of which each is awaited before the next, base and
 * candidate in random seeded order. What is written and what `how` means is as
 * in pair-time.cjs. CPU time is what counts there: waiting for timers and files
 * is not the function's work.
 *
 * The test is held back meanwhile (`hold`), as long as that takes a bounded time:
 * a function may wait for something that only the test would do next.
 *
 * Invariants: one timing at a time in a process; a block during which somebody
 * else called an instrumented function is discarded, counted by the word
 * `overlap`; nothing is written once the test was let go; nothing of a call is
 * held afterwards.
 */
const { apply, construct, threadCpu, now, then, FunctionOf } = require('./captured.cjs');
const { quietlyLater } = require('./quiet.cjs');

const { setTimeout, clearTimeout } = globalThis;
const PromiseOf = Promise;
const { ceil, floor } = Math;
const MOST_ROUNDS = 100000;
const MOST_ARGUMENTS = 8;
/** A block with less CPU time tells nothing. */
const SHORTEST_US = 100;
/** Blocks that are made anew because they were disturbed or too short. */
const MOST_AGAIN = 6;

/**
 * @param {{limits: object, random: () => number, write: (frame: object) => *,
 *   within: (side: string, run: () => *) => *, copyOf: (plan: object) => {self: *, args: Array}}} host
 */
function createLaterTimer({ limits, random, write, within, copyOf }) {
  const loops = Object.create(null);
  const sink = { last: undefined };
  let isBusy = false;
  let foreign = 0;

  /** `(fn, list, rounds)` for one side; calls in it stay on that side until they first wait. */
  function loopOf(side, id, count, how) {
    const name = `${side} ${id} ${count} ${how}`;
    if (loops[name] === undefined) {
      let values = '';
      for (let i = 0; i < count; i += 1) values += `,a[${i}]`;
      const take = how === 'live' ? 'const {self:s,args:a}=list[0];for(let i=0;i<n;i+=1){' : 'for(let i=0;i<n;i+=1){const {self:s,args:a}=list[i];';
      const body = `${take}sink.last=await within(side,()=>f.call(s${values}));}`;
      loops[name] = construct(FunctionOf, ['sink', 'within', 'side', `return async function(f,list,n){/* ${name} */${body}}`])(sink, within, side);
    }
    return loops[name];
  }

  /** One block of one side; `null` when it was disturbed. */
  async function block(global, loop, fn, list, rounds) {
    const others = foreign;
    const cpu = threadCpu();
    const wall = now();
    const quiet = quietlyLater(global, () => undefined, () => loop(fn, list, rounds));
    try {
      await quiet.value;
    } finally {
      quiet.end();
      sink.last = undefined;
    }
    const times = { cpuUs: threadCpu() - cpu, wallNs: now() - wall };
    return foreign === others ? times : null;
  }

  async function timed(state, plan, { base, candidate, mutates, until, isOver }) {
    const count = plan.args.length;
    const how = mutates ? 'copy' : 'live';
    const live = [{ self: plan.self, args: plan.args }];
    const sides = {
      base: { fn: base, loop: loopOf('base', state.id, count, how) },
      candidate: { fn: candidate, loop: loopOf('candidate', state.id, count, how) },
    };
    const run = (side, rounds) => {
      let list = live;
      if (mutates) {
        list = [];
        for (let i = 0; i < rounds; i += 1) list[i] = copyOf(plan);
      }
      return block(plan.global, sides[side].loop, sides[side].fn, list, rounds);
    };
    const start = now();
    const most = mutates ? floor(limits.copyBytes / (plan.size.bytes + 1)) : MOST_ROUNDS;
    if (most < 1) return 'too-costly-to-copy';
    /** Rounds for a block: enough CPU time, and not too much of the time that is left for all. */
    const roundsFor = (times, rounds) => {
      const byCpu = ceil((limits.minBlockCpuMs * 1000 * rounds) / (times.cpuUs > 1 ? times.cpuUs : 1));
      const byWall = floor(((until - start) * rounds) / (4 * times.wallNs + 1));
      const wanted = byCpu < byWall ? byCpu : byWall;
      return wanted < 1 ? 1 : wanted > most ? most : wanted;
    };
    let rounds = 1;
    let again = MOST_AGAIN;
    let told = 'warming';
    for (let made = 0; made < limits.blocks;) {
      if (isOver()) return 'released';
      if (now() >= until) return told;
      const first = random() < 0.5 ? 'base' : 'candidate';
      const second = first === 'base' ? 'candidate' : 'base';
      const times = {};
      times[first] = await run(first, rounds);
      times[second] = await run(second, rounds);
      if (isOver()) return 'released';
      if (times.base === null || times.candidate === null) {
        if (again === 0) return told === 'timed' ? told : 'overlap';
        again -= 1;
        continue;
      }
      const isCold = state.warmNs < 2 * limits.warmUpCpuMs * 1e6;
      if (isCold) {
        state.warmNs += times.base.wallNs + times.candidate.wallNs;
        rounds = roundsFor(times.base, rounds);
        continue;
      }
      if (times.base.cpuUs < SHORTEST_US || rounds === 1) {
        const more = roundsFor(times.base, rounds);
        if (more > rounds && again > 0) {
          rounds = more;
          again -= 1;
          continue;
        }
        if (times.base.cpuUs < SHORTEST_US) return 'too-short';
      }
      write({
        kind: 'block', function: state.id, how, first, rounds, elements: plan.size.elements,
        base: times.base, candidate: times.candidate,
      });
      made += 1;
      told = 'timed';
    }
    return told;
  }

  return {
    /** To be told of calls by others; whether one is to be left alone because a timing is under way. */
    disturbs() {
      if (isBusy) foreign += 1;
      return isBusy;
    },

    /**
     * Times one call. `until` is the moment (of `now`) at which no further block starts, `isOver()` says
     * that the test was let go.
     * @returns {Promise<string>} `timed`, `warming`, or why nothing was timed
     */
    async time(state, plan, options) {
      if (plan.args.length > MOST_ARGUMENTS) return 'too-many-arguments';
      if (isBusy) return 'overlap';
      isBusy = true;
      try {
        return await timed(state, plan, options);
      } finally {
        isBusy = false;
      }
    },
  };
}

/**
 * A promise that settles as `promise` does, but not before the work that `settled` starts then is done or
 * `mostMs` are over.
 * @param {Promise} promise of an async function, that nobody else has a handler on
 * @param {(kind: 'resolve' | 'reject', value: *, test: {isGone: boolean}) => Promise|null} settled must not
 *   throw; `test.isGone` becomes true when the test is let go
 * @param {number} mostMs
 * @returns {Promise} what the project gets
 */
function hold(promise, settled, mostMs) {
  return apply(then, promise, [
    (value) => {
      const test = { isGone: false };
      const work = settled('resolve', value, test);
      const held = construct(PromiseOf, [(resolve) => {
        const go = () => {
          clearTimeout(valve);
          test.isGone = true;
          resolve();
        };
        const valve = setTimeout(go, mostMs);
        if (work === null) go();
        else apply(then, work, [go, go]);
      }]);
      return apply(then, held, [() => value]);
    },
    (error) => {
      settled('reject', error, { isGone: true });
      throw error;
    },
  ]);
}

module.exports = { createLaterTimer, hold };
