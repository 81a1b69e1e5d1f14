'use strict';
// Pairs of inputs that are easily taken for each other: two texts that stand side by side, with the
// border between them moved. Who remembers results under the joined texts confuses them.
//
// Invariants: pure; both inputs of a pair have texts where the recorded one has texts; a pair is made when
// it is asked for, because each is two copies of the whole input.

const { isInstance, tidy } = require('./edit.cjs');

/** What texts are joined with. */
const SEPARATORS = ['/', ',', '|', ':', '-', '.', ' ', '_', ''];
const MOST_TEXT = 200;

/** The lists in which references stand side by side: the arguments, fields of records, items of arrays. */
function listsOf({ roots, nodes }) {
  const lists = [{ at: null, refs: roots, from: 1 }];
  nodes.forEach((node, at) => {
    if (node.k === 'object' && node.vals !== undefined && !isInstance(node)) lists.push({ at, refs: node.vals, from: 0, field: 'vals' });
    else if (node.k === 'array' && Array.isArray(node.items)) lists.push({ at, refs: node.items, from: 0, field: 'items' });
  });
  return lists;
}

/** The encoding with two neighbours in one of its lists replaced. */
function replaced(encoding, { at, field }, i, first, second) {
  const copy = tidy(encoding);
  const refs = at === null ? copy.roots : copy.nodes[at][field];
  refs[i] = first;
  refs[i + 1] = second;
  return copy;
}

/**
 * The pairs for one input, at the first place of each list that has two texts side by side.
 *
 * @param {object} recorded an encoding of `[this, ...args]`
 * @returns {Iterable<{first: object, second: object}>}
 */
function* collisionsOf(recorded) {
  const encoding = tidy(recorded);
  for (const list of listsOf(encoding)) {
    const isText = (ref) => typeof ref === 'string' && ref.length <= MOST_TEXT;
    const i = list.refs.findIndex((ref, k) => k >= list.from && isText(ref) && isText(list.refs[k + 1]));
    if (i === -1) continue;
    const [a, b] = [list.refs[i], list.refs[i + 1]];
    for (const separator of SEPARATORS) {
      yield {
        first: replaced(encoding, list, i, `${a}${separator}${b}`, b),
        second: replaced(encoding, list, i, a, `${b}${separator}${b}`),
      };
    }
  }
}

module.exports = { collisionsOf };
