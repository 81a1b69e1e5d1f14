'use strict';
// A third look at calls on which both sides agreed: once more in another order, with the objects of the
// call before, which get the content of the next one in place, and with texts that join to what those of
// another call join to (collide.cjs). What a version remembers of earlier
// calls, by value or by identity, must make no difference that it makes for the base.
//
// Invariants: the order is seeded; a difference is told only where the base, in another process that was
// asked the same, agrees with itself; nothing that was agreed on before is taken back for another reason.

const { compareRuns, isGone } = require('./compare.cjs');
const { collisionsOf } = require('./collide.cjs');
const { inputOf } = require('./replay-host.cjs');
const { createRandom, hashText } = require('./reservoir.cjs');
const { startTrio } = require('./trio.cjs');

/** Calls that are looked at, and the largest of them. */
const MOST_CALLS = 120;
const MOST_NODES = 5000;
/** Calls of which inputs that collide are made, and how many of these. */
const COLLIDING_CALLS = 6;
const MOST_COLLISIONS = 60;
/** Nodes of these together: fewer for large inputs. */
const COLLIDING_NODES = 60000;
/** Differences that are looked at in new processes. */
const MOST_DOUBTS = 3;

/** Whether an outcome is an error. */
function isThrow({ kind }) {
  return kind === 'throw' || kind === 'reject';
}

/** The entries in seeded order. */
function shuffled(entries, seed) {
  const random = createRandom(hashText('sequence', seed));
  const order = entries.slice();
  for (let k = order.length - 1; k > 0; k -= 1) {
    const other = Math.floor(random() * (k + 1));
    [order[k], order[other]] = [order[other], order[k]];
  }
  return order;
}

/**
 * Makes the calls in another order.
 *
 * @param {object} trio as startTrio gives it, with `base`, `again` and `candidate`
 * @param {object[]} entries of recorded.cjs on which both sides agreed
 * @param {{request: object, outOfTime: () => boolean, isUndecidable: (base: object, candidate: object) => boolean,
 *   throwsSeen: boolean}} options
 * @returns {Promise<null | {entry: object, roots: object, origin: string, found: object, prefix: string}>} the
 *   first difference, and the input that shows it
 */
async function lookAtSequence(trio, entries, { request, outOfTime, isUndecidable, throwsSeen }) {
  const { seed } = request;
  /** Whether a call shows no difference as the first one: then it is what went before that makes it. */
  const agreesAlone = async (call) => {
    const alone = await startTrio(request, ['base', 'again', 'candidate']);
    try {
      return (await look(alone, call, true)) === null && !alone.anyGone();
    } finally {
      await alone.stop();
    }
  };
  /** One call on all three; `isMade` when it was not recorded: errors of the base say nothing then. */
  const look = async (on, call, isMade) => {
    const base = await on.run('base', call);
    const again = await on.run('again', call, base);
    const candidate = await on.run('candidate', call, base);
    if (compareRuns(base, again) !== null) return null;
    const found = compareRuns(base, candidate, { engineMessages: isMade !== true });
    if (found === null || isGone(base.read()) || isUndecidable(base.read(), candidate.read())) return null;
    return isMade === true && isThrow(base.read()) && !throwsSeen ? null : found;
  };
  const small = entries.filter(({ roots }) => roots.nodes.length <= MOST_NODES);
  for (const [rewrites, prefix] of [
    [false, 'called in another order'],
    [true, 'called with the objects of an earlier call, which hold something else now'],
  ]) {
    const order = shuffled(small, seed + (rewrites ? 1 : 0)).slice(0, MOST_CALLS);
    for (const entry of order) {
      if (outOfTime() || trio.anyGone()) return null;
      const found = await look(trio, { input: inputOf(entry.roots), take: entry.take, rewrites, keeps: rewrites });
      if (found !== null) return { entry, roots: entry.roots, origin: 'recorded', found, prefix };
    }
  }
  let doubts = 0;
  for (const entry of shuffled(small, seed + 2).slice(0, COLLIDING_CALLS)) {
    const most = Math.min(MOST_COLLISIONS, Math.ceil(COLLIDING_NODES / entry.roots.nodes.length));
    let made = 0;
    for (const { first, second } of collisionsOf(entry.roots)) {
      if (made === most) break;
      made += 1;
      if (doubts === MOST_DOUBTS || outOfTime() || trio.anyGone()) return null;
      const call = { input: inputOf(second), take: entry.take };
      if (await look(trio, { input: inputOf(first), take: entry.take }, true) !== null) continue;
      const found = trio.anyGone() ? null : await look(trio, call, true);
      if (found === null) continue;
      doubts += 1;
      if (!(await agreesAlone(call))) continue;
      const prefix = 'called after a call whose texts join to the same';
      return { entry, roots: second, origin: 'variation', found, prefix };
    }
  }
  return null;
}

module.exports = { lookAtSequence };
