'use strict';
/**
 * pair-vary.cjs: variations of calls that are judged in place. The tests say what
 * a function is given; they seldom give it what stands at the edge of that. So
 * calls on which both versions agree are made again, on copies, with a few
 * characters put into an argument that is a text (fragments.cjs), or with a name
 * that every object has in its place (special-names.cjs).
 *
 * Only texts are varied: a number may say how often a loop runs, and an object
 * what belongs together, and what hangs here hangs the project's own tests.
 *
 * Invariants: nothing of the project is called; a call is varied only where its
 * arguments are texts that are not empty and hold no lone surrogate, so that
 * every variation is inside of the kinds that were seen; a special name comes
 * with its neighbour, for it is inside only where the base makes no difference.
 */
const { withFragment } = require('./fragments.cjs');
const { nameOfTurn } = require('./special-names.cjs');
const { regExpExec } = require('./primordials.cjs');

const { floor } = Math;
const LONE_SURROGATE = /(?:[\ud800-\udbff](?![\udc00-\udfff]))|(?:(?:^|[^\ud800-\udbff])[\udc00-\udfff])/;
/** One turn of so many puts a special name in the place of a text; no divisor of the number of groups of characters. */
const NAME_TURNS = 5;
/** Units of a text that is varied. */
const MOST_TEXT = 10000;

/** The arguments that are varied, by index. */
function textsIn(args) {
  const found = [];
  for (let i = 0; i < args.length; i += 1) {
    const arg = args[i];
    if (typeof arg !== 'string' || arg.length === 0 || arg.length > MOST_TEXT) continue;
    if (regExpExec(LONE_SURROGATE, arg) === null) found[found.length] = i;
  }
  return found;
}

/**
 * @param {Array|object} args of a call
 * @param {number} turn how many variations of the function there were
 * @param {() => number} random
 * @returns {{at: number, text: string, name?: string, ordinary?: string}[]} other texts for arguments, with the
 *   neighbour of a special name; none where no argument can be varied
 */
function variationOf(args, turn, random) {
  const places = textsIn(args);
  if (places.length === 0) return [];
  const at = places[floor(random() * places.length)];
  if (turn % NAME_TURNS === NAME_TURNS - 1) {
    const { name, neighbour } = nameOfTurn(floor(turn / NAME_TURNS));
    return [{ at, text: name, name, ordinary: neighbour }];
  }
  return [{ at, text: withFragment(args[at], turn, random) }];
}

module.exports = { variationOf };
