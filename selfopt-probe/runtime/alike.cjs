'use strict';
// Values of different types that look alike as text: 1 and "1", null and "null", true and "true", an
// object and "[object Object]". Who keys by text takes them for each other; who keys by value does not.
// Other texts have no twin: where texts were recorded, a key that is the text is exact.
//
// Invariants: pure functions of encodings; a twin is equal to its value as text (`String`) and not equal
// to it; outcomes differ *beyond type* when they do so even where every primitive is written as text.

const { UNDEFINED, isNodeRef } = require('./graph-refs.cjs');
const { difference } = require('./graph.cjs');
const { graft, hasPlainFields, isInstance } = require('./edit.cjs');

/** Texts that are those of other values. */
const WORDS = { __proto__: null, null: null, undefined: UNDEFINED, true: true, false: false };
/** Values of an input that are looked at for one that stands elsewhere, too. */
const MOST_VALUES = 2000;

/**
 * A value of another type that looks like what `ref` stands for; `undefined` when there is none.
 * @param {{nodes: object[]}} encoding
 * @param {any} ref
 * @returns {any} a reference
 */
function twinOf({ nodes }, ref) {
  switch (typeof ref) {
    case 'number': case 'boolean': return `${ref}`;
    case 'string':
      if (ref in WORDS) return WORDS[ref];
      return ref !== '' && `${+ref}` === ref && Number.isFinite(+ref) ? +ref : undefined;
    default:
  }
  if (ref === null) return 'null';
  if (!isNodeRef(ref)) return ref[0] === 'undefined' ? 'undefined' : ref[0] === 'bigint' ? ref[1] : undefined;
  const node = nodes[ref[0]];
  return node.k === 'object' && !isInstance(node) && node.proto === undefined ? '[object Object]' : undefined;
}

/** Puts a twin beside an element: of the element itself, or for a record of one of its fields. */
function besideElement(encoding, { node }, { random }) {
  const width = node.k === 'map' ? 2 : 1;
  const { items } = node;
  if (items.length === 0) return false;
  const at = Math.floor((random() * items.length) / width) * width;
  const piece = items.slice(at, at + width).map((ref) => graft(encoding, encoding, ref));
  const record = isNodeRef(piece[width - 1]) ? encoding.nodes[piece[width - 1][0]] : null;
  const byField = record !== null && hasPlainFields(record) && record.proto === undefined && (width === 1 || random() < 0.5);
  const [list, place] = byField ? [record.vals, Math.floor(random() * record.vals.length)] : [piece, 0];
  const twin = twinOf(encoding, list[place]);
  if (twin === undefined) return false;
  list[place] = twin;
  items.splice(at + (random() < 0.5 ? width : 0), 0, ...piece);
  if (node.k === 'array') node.len = items.length;
  return true;
}

/** Whether a primitive stands at least twice in the input. */
function isTwice({ roots, nodes }, ref) {
  let seen = 0;
  let left = MOST_VALUES;
  const lists = [roots];
  for (const { items, vals } of nodes) for (const list of [items, vals]) if (Array.isArray(list)) lists.push(list);
  for (const list of lists) {
    for (const other of list) {
      if (other === ref) seen += 1;
      left -= 1;
      if (seen === 2) return true;
      if (left === 0) return false;
    }
  }
  return false;
}

/** Puts a twin in the place of a value that stands elsewhere, too. */
function insteadOfValue(encoding, place) {
  const ref = place.list[place.at];
  if (!isTwice(encoding, ref)) return false;
  const twin = twinOf(encoding, ref);
  if (twin === undefined) return false;
  place.list[place.at] = twin;
  return true;
}

/** What a reference is as text, where it is a primitive. */
function textRef(ref) {
  if (typeof ref === 'string' || isNodeRef(ref)) return ref;
  if (typeof ref !== 'object' || ref === null) return `${ref}`;
  if (ref[0] === 'bigint') return ref[1];
  if (ref[0] === '-0') return '0';
  return ['undefined', 'NaN', 'Infinity', '-Infinity'].includes(ref[0]) ? ref[0] : ref;
}

/** The encoding with every primitive as text. */
function asText(encoding) {
  const lists = (node) => {
    const copy = { ...node };
    for (const field of ['items', 'vals']) if (Array.isArray(node[field])) copy[field] = node[field].map(textRef);
    return copy;
  };
  return { ...encoding, roots: encoding.roots.map(textRef), nodes: encoding.nodes.map(lists) };
}

/**
 * Whether a candidate confuses what base tells apart, or the other way round: both give a value, and these
 * differ by more than the types of what they hold.
 * @param {object} base an outcome
 * @param {object} candidate an outcome
 * @returns {boolean}
 */
function differsBeyondType(base, candidate) {
  const gives = ({ kind }) => kind === 'return' || kind === 'resolve' || kind === 'yields';
  if (!gives(base) || !base.encoding) return false;
  if (!gives(candidate) || !candidate.encoding) return true;
  const names = base.encoding.roots.map((_, i) => `${i}`);
  return difference(asText(base.encoding), asText(candidate.encoding), names) !== null;
}

/** The name of these changes in a variation. */
const LOOK_ALIKE = 'look-alike';

module.exports = { LOOK_ALIKE, besideElement, differsBeyondType, insteadOfValue, twinOf };
