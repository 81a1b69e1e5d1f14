'use strict';
/**
 * shapes.cjs: what recorded inputs look like, in a few lines: which kinds of values stand where, and how
 * long lists and texts are. It is what a language model is told of them, so no value is in it.
 *
 * Invariants: pure; the lines depend on the set of the inputs, not on their order; so many lines and no
 * more, the places near the arguments first.
 */
const { isNodeRef } = require('./graph-refs.cjs');
const { createKinds } = require('./kinds.cjs');

/** Lines, characters of one, and kinds that one names. */
const MOST_LINES = 40;
const LINE_CHARS = 160;
const MOST_KINDS = 4;
/** Inputs that are looked at, evenly spread. */
const MOST_INPUTS = 100;

/** How long what stands at a place is; `undefined` for what has no length. */
function lengthOf(ref, nodes) {
  if (typeof ref === 'string') return ref.length;
  if (!isNodeRef(ref)) return undefined;
  const node = nodes[ref[0]];
  if (node.k === 'array' || node.k === 'typed') return node.len;
  if (node.items === undefined) return undefined;
  return node.k === 'map' ? node.items.length / 2 : node.items.length;
}

/** The words of a place. */
function lineOf(path, { kinds, shortest, longest }) {
  const names = [...kinds].sort();
  const some = names.slice(0, MOST_KINDS).join(' or ') + (names.length > MOST_KINDS ? ' or others' : '');
  const length = longest === undefined ? '' : shortest === longest ? `, ${longest} long` : `, ${shortest} to ${longest} long`;
  return `${path}: ${some}${length}`;
}

/**
 * The shapes of recorded inputs.
 *
 * @param {object[]} recorded encodings of `[this, ...args]`
 * @returns {string[]} lines such as `args[0][].id: string, 2 to 4 long`
 */
function shapesOf(recorded) {
  const every = Math.max(1, Math.ceil(recorded.length / MOST_INPUTS));
  const inputs = recorded.filter((_, i) => i % every === 0);
  const kinds = createKinds(inputs);
  const places = new Map();
  for (const encoding of inputs) {
    kinds.walk(encoding, {
      tell(path, kind, list, at) {
        // How many arguments there are is said by the arguments, and keys of dictionaries by their values.
        if (list === null || (path === 'this' && kind === 'undefined')) return;
        let place = places.get(path);
        if (place === undefined) places.set(path, (place = { kinds: new Set(), shortest: undefined, longest: undefined }));
        place.kinds.add(kind);
        const length = lengthOf(list[at], encoding.nodes);
        if (length === undefined) return;
        place.shortest = place.shortest === undefined ? length : Math.min(place.shortest, length);
        place.longest = place.longest === undefined ? length : Math.max(place.longest, length);
      },
      object() {},
    });
  }
  const depth = (path) => path.split(/[.[{]/).length;
  return [...places]
    .sort(([a], [b]) => depth(a) - depth(b) || (a < b ? -1 : 1))
    .map(([path, place]) => lineOf(path, place))
    .filter((line) => line.length <= LINE_CHARS)
    .slice(0, MOST_LINES);
}

module.exports = { shapesOf };
