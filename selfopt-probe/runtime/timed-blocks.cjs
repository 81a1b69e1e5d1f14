'use strict';
/**
 * timed-blocks.cjs: runs blocks of calls against the clock.
 *
 * Inputs that no call changes are prepared once. Where calls change their
 * inputs, or values must not come again, each call gets fresh ones: they are prepared in batches, and the clock
 * stands still meanwhile.
 *
 * Invariants: nothing but the loop runs between the readings of the clocks; a
 * batch is bounded in calls and bytes; the order of the calls is that of the
 * round; what is used here was captured before project code was loaded; elapsed
 * time is counted without the time in the queue of a processor (run-queue.cjs).
 */
const { clear, columns, compile, place } = require('./timed-loop.cjs');
const { decode } = require('./graph.cjs');
const { queuedNs, withoutQueue } = require('./run-queue.cjs');

const { cpuUsage, memoryUsage } = process;
const now = process.hrtime.bigint;
const NumberOf = Number;
const { min } = Math;
const Indices = Uint32Array;

/** Bounds of a batch of fresh inputs. */
const BATCH_CALLS = 4096;
const BATCH_BYTES = 4 * 1024 * 1024;

/**
 * @param {{fn: Function, calls: object[], registry: object, fresh: boolean, round: number[],
 *   waits: string, throws: boolean, unrepeated: object|null}} options `calls` as timed-inputs.cjs gives them;
 *   `fresh`: calls change their inputs; `round`: indices of calls; `waits` and `throws` as timed-loop.cjs
 *   has them; `unrepeated`: where the inputs come from when no round repeats another (unrepeated.cjs)
 * @returns {{run: (rounds: number, block: number) => Promise<{wallNs: number, cpuUs: number}>,
 *   allocated: (count: number, ready: () => Promise<void>) => Promise<number>}}
 */
function createBlocks({ fn, calls, registry, fresh: changing, round, waits, throws, unrepeated }) {
  const fresh = changing || unrepeated !== null;
  const isAsync = waits === 'promise' || waits === 'async-iterator';
  const sink = [null, null];
  const rebuilt = (call) => decode(call.roots, { registry });

  // Where each call of the round has its column, in the order of the round.
  const distinct = [];
  const position = [];
  const index = new Indices(round.length);
  for (let k = 0; k < round.length; k += 1) {
    if (position[round[k]] === undefined) {
      position[round[k]] = distinct.length;
      distinct[distinct.length] = calls[round[k]];
    }
    index[k] = position[round[k]];
  }

  const into = columns(fresh ? BATCH_CALLS : distinct.length);
  const arities = [];
  let hasSelf = false;
  for (let i = 0; i < distinct.length; i += 1) {
    const roots = rebuilt(distinct[i]);
    arities[i] = roots.length - 1;
    if (roots[0] !== undefined) hasSelf = true;
    if (!fresh) place(into, i, roots, distinct[i].take);
  }
  const loop = compile({ arities, hasSelf, waits, throws });

  /** Runs the loop against the clock and adds to `times`. */
  async function timed(which, rounds, times) {
    const queued = queuedNs();
    const before = cpuUsage();
    const start = now();
    let sum = loop(fn, into, which, rounds, sink);
    if (isAsync) sum = await sum;
    const end = now();
    const { user, system } = cpuUsage(before);
    const cpuUs = user + system;
    times.wallNs += withoutQueue(NumberOf(end - start), cpuUs, queuedNs() - queued);
    times.cpuUs += cpuUs;
    times.sum += sum;
    sink[0] = null;
    sink[1] = null;
  }

  const ones = new Indices(BATCH_CALLS);
  for (let i = 0; i < BATCH_CALLS; i += 1) ones[i] = i;

  /** Prepares fresh inputs for calls of the round, from `from` on; gives how many. */
  function prepare(from, most) {
    let count = 0;
    let bytes = 0;
    while (count < most && count < BATCH_CALLS && (count === 0 || bytes < BATCH_BYTES)) {
      const call = distinct[index[(from + count) % index.length]];
      place(into, count, unrepeated === null ? rebuilt(call) : unrepeated.at(from + count), call.take);
      bytes += call.bytes;
      count += 1;
    }
    return count;
  }

  /** Lets go of the inputs of a batch. */
  function release(count) {
    for (let i = 0; i < count; i += 1) clear(into, i);
  }

  async function run(rounds, block) {
    if (unrepeated !== null) unrepeated.begin(block);
    const times = { wallNs: 0, cpuUs: 0, sum: 0 };
    if (!fresh) {
      await timed(index, rounds, times);
      return times;
    }
    const all = rounds * index.length;
    for (let done = 0; done < all;) {
      const count = prepare(done, all - done);
      await timed(new Indices(ones.buffer, 0, count), 1, times);
      release(count);
      done += count;
    }
    return times;
  }

  async function allocated(wanted, ready) {
    if (unrepeated !== null) unrepeated.begin(0);
    const count = fresh ? prepare(0, wanted) : wanted;
    if (count < wanted) {
      release(count);
      return -1;
    }
    const which = new Indices(count);
    for (let k = 0; k < count; k += 1) which[k] = fresh ? k : index[k % index.length];
    await ready();
    // Looking allocates, too; the first look more than the others.
    memoryUsage();
    const empty = memoryUsage().heapUsed;
    const before = memoryUsage().heapUsed;
    const sum = loop(fn, into, which, 1, sink);
    if (isAsync) await sum;
    const bytes = memoryUsage().heapUsed - before - (before - empty);
    if (fresh) release(count);
    sink[0] = null;
    sink[1] = null;
    return bytes < 0 ? 0 : bytes;
  }

  return { run, allocated };
}

module.exports = { createBlocks };
