'use strict';
// Functions of the project as inputs: each side gets its own, found by name.
const test = require('node:test');
const assert = require('node:assert');
const { replaySides } = require('../testing/sides.cjs');

const BY_X = 'function byX(a, b) { return a.x - b.x }';
const SORTED = `${BY_X}
function f(list, compare) { return list.slice().sort(compare) }`;
const INSERTED = `${BY_X}
function f(list, compare) {
  const sorted = [];
  for (const one of list) {
    let at = sorted.length;
    while (at > 0 && compare(sorted[at - 1], one) > 0) at -= 1;
    sorted.splice(at, 0, one);
  }
  return sorted;
}`;
const points = ({ byX }) => [[3, 1, 2], [5, 4], [], [1, 1, 0]].map((xs) => [xs.map((x, y) => ({ x, y })), byX]);
const sides = (t, more) => replaySides(t, { functions: ['byX'], inputs: points, base: SORTED, candidate: INSERTED, ...more });

test('a comparator of the project may be called in another order', async (t) => {
  const { calls, replayable, agreed, difference } = await sides(t);
  assert.deepStrictEqual([calls, replayable, agreed, difference], [4, 4, 4, null]);
});

test('a wrong order is told with the name of the comparator', async (t) => {
  const { difference } = await sides(t, { candidate: INSERTED.replace('> 0)', '>= 0)') });
  assert.match(difference.input, /src\/f\.js#byX/);
});

test('a function that the patch changes is base\'s on one side and the candidate\'s on the other', async (t) => {
  const changed = SORTED.replace('a.x - b.x', 'b.x - a.x');
  const { difference, agreed } = await sides(t, { candidate: changed });
  assert.strictEqual(agreed, 1, 'the empty list');
  assert.match(`${difference.base} / ${difference.candidate}`, /5.* \/ .*5/s);
  const same = await sides(t, { candidate: SORTED.replace('a.x - b.x', '(b.x - a.x) * -1') });
  assert.strictEqual(same.agreed, 4);
});

test('it is the function that its module has, by identity', async (t) => {
  const base = `${BY_X}\nfunction f(list, compare) { return [compare === byX, compare.name, compare.length, list.length] }`;
  const { agreed, difference } = await sides(t, { base, candidate: base });
  assert.deepStrictEqual([agreed, difference], [4, null]);
});

test('what a version puts on it is a difference', async (t) => {
  const marking = SORTED.replace('{ return list', '{ compare.used = true; return list');
  const { agreed, difference } = await sides(t, { candidate: marking });
  assert.strictEqual(agreed, 0);
  assert.match(difference.candidate, /cannot be written as data \(function\)/);
});

test('a function that the candidate does not have says nothing', async (t) => {
  const { agreed, replayable, difference, undecidable } = await sides(t, {
    candidate: `let byX;\n${SORTED.replace('function byX', 'function byPlace')}`,
  });
  assert.deepStrictEqual([replayable, agreed, difference], [0, 0, null]);
  assert.deepStrictEqual(undecidable, { 'candidate-not-rebuilt': 4 });
});
