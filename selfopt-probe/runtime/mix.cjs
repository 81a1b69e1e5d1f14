'use strict';
/**
 * mix.cjs: turns a weighted set of calls into one round, the fixed sequence that
 * a timed block repeats.
 *
 * A call of weight w takes part in a round of n calls n * w / W times, rounded
 * up or down (W: all weights together). What a round has no room for is left
 * out by systematic sampling along the sizes, so that small and large calls
 * stay present in their shares.
 *
 * Invariants: the same weights, sizes, length and seed give the same round, on
 * both sides; a round of `naturalLength` holds every call at least once, unless
 * that would be longer than MAX_ROUND.
 */
const { ceil, floor, imul, max, min } = Math;

/** The longest round: its indices (64 KiB) stay in the second-level cache. */
const MAX_ROUND = 16384;

/**
 * A generator of numbers in [0, 1), a function of its seed alone.
 * @param {number} seed
 * @returns {() => number}
 */
function random(seed) {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let z = imul(state ^ (state >>> 15), state | 1);
    z ^= z + imul(z ^ (z >>> 7), z | 61);
    return ((z ^ (z >>> 14)) >>> 0) / 4294967296;
  };
}

/**
 * The length of the shortest round in which every call has its share and is
 * there at least once.
 * @param {number[]} weights one for each call, greater than 0
 * @returns {number}
 */
function naturalLength(weights) {
  let total = 0;
  let least = Infinity;
  for (const weight of weights) {
    if (!(weight > 0 && weight < Infinity)) throw new Error(`a call has the weight ${weight}: weights are numbers above 0`);
    total += weight;
    least = min(least, weight);
  }
  // A hair below the next integer is that integer: weights are quotients.
  return min(MAX_ROUND, max(weights.length, ceil(total / least - 1e-6)));
}

/**
 * The round: indices into `weights`, in an order drawn from the seed.
 * @param {number[]} weights one for each call, greater than 0
 * @param {number[]} sizes one for each call: what it is ordered by when the round has no room for all
 * @param {number} length how many calls the round has, at least 1
 * @param {number} seed
 * @returns {Uint32Array}
 */
function mix(weights, sizes, length, seed) {
  if (weights.length === 0) throw new Error('no call to make a round of');
  const next = random(seed);
  const order = weights.map((_, i) => i).sort((a, b) => sizes[a] - sizes[b] || a - b);
  const total = order.reduce((sum, i) => sum + weights[i], 0);
  const round = new Uint32Array(length);
  // Equally spaced marks along the heap of weights; the first one is drawn.
  const step = total / length;
  let mark = next() * step;
  let at = 0;
  let end = weights[order[0]];
  for (let k = 0; k < length; k += 1) {
    while (mark >= end && at < order.length - 1) {
      at += 1;
      end += weights[order[at]];
    }
    round[k] = order[at];
    mark += step;
  }
  for (let k = length - 1; k > 0; k -= 1) {
    const other = floor(next() * (k + 1));
    const kept = round[k];
    round[k] = round[other];
    round[other] = kept;
  }
  return round;
}

module.exports = { MAX_ROUND, naturalLength, mix, random };
