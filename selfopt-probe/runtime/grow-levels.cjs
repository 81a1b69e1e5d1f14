'use strict';
/**
 * grow-levels.cjs: finds which containers of an encoding make it large: the ones
 * that a larger input of the same kind would have more of.
 *
 * Containers lie in levels: the outermost ones (whatever records they are in)
 * are level 0, those inside of their elements level 1, and so on. All containers
 * of the level with the largest one grow together, but for those that are small
 * beside it (a list of names of options, say). Plain objects are records, or
 * dictionaries when they look like one. Where there is no container at all,
 * dictionaries of few entries count; strings do where they are far longer than
 * all of these.
 *
 * Invariants: pure; what is inside of an instance of a class, or stands in a
 * container that cannot be taken apart exactly, is never chosen; one pass over
 * nodes and references, no recursion.
 */
const { isNodeRef } = require('./graph-refs.cjs');

/** A container with less than this part of the elements of the largest one stays as it is. */
const LEAST_SHARE = 1 / 4;
/** A plain object with so many entries of one kind may be a dictionary. */
const DICTIONARY_KEYS = 4;
/** A text that is so many times longer than all containers is what makes the call large. */
const TEXT_FACTOR = 32;
/** More containers than this are not compared with each other. */
const MOST_COMPARED = 64;
const IDENTIFIER = /^[A-Za-z_$][A-Za-z0-9_$]*$/;

/** All references of a node, in the order in which graph.cjs numbers them. */
function refsOf(node) {
  const refs = [];
  if (node.proto) refs.push(node.proto);
  if (node.buffer) refs.push(node.buffer);
  if (Array.isArray(node.value)) refs.push(node.value);
  if (node.items) for (const ref of node.items) refs.push(ref);
  if (node.vals) for (const ref of node.vals) refs.push(ref);
  return refs;
}

/** The kind of a value, as far as the elements of one container have one. */
function kindOf(ref, nodes) {
  if (!isNodeRef(ref)) return Array.isArray(ref) ? ref[0] : ref === null ? 'null' : typeof ref;
  const node = nodes[ref[0]];
  return node.proto ? `${node.k}:${node.proto.join()}` : node.k;
}

/** Whether all values of a plain object are of one kind, its keys text and its properties as usual. */
function isUniform(node, nodes) {
  if (node.k !== 'object' || (node.proto !== undefined && node.proto !== null)) return false;
  if (!node.keys || node.attrs || !node.keys.every((key) => typeof key === 'string')) return false;
  const kind = kindOf(node.vals[0], nodes);
  return node.vals.every((ref) => kindOf(ref, nodes) === kind);
}

/** Whether a plain object is used as a dictionary, judged by its look. */
function isDictionary(node, nodes) {
  if (!isUniform(node, nodes)) return false;
  return node.proto === null || node.keys.length >= DICTIONARY_KEYS || !node.keys.every((key) => IDENTIFIER.test(key));
}

/** Whether this is a view of all of a buffer (or of a range of a pool) that it has for itself. */
function isWholeView(node, nodes, users) {
  if (node.len === 0 || (node.proto && node.proto[0] !== 'intrinsic')) return false;
  const buffer = nodes[node.buffer[0]];
  if (buffer.k !== 'pool' && (buffer.k !== 'buffer' || buffer.proto !== undefined)) return false;
  if (buffer.max !== undefined || buffer.detached || buffer.keys || buffer.state || node.keys) return false;
  return users[node.buffer[0]] === 1 && node.offset === 0 && Buffer.byteLength(buffer.bytes, 'base64') % node.len === 0;
}

/** How many elements a container has. */
function lengthOf(node) {
  if (node.k === 'object') return node.keys ? node.keys.length : 0;
  if (node.k === 'map') return node.items.length / 2;
  return node.k === 'typed' ? node.len : node.items.length;
}

/** How many references there are to each node. */
function countUsers({ roots, nodes }) {
  const users = new Array(nodes.length).fill(0);
  const count = (ref) => {
    if (isNodeRef(ref)) users[ref[0]] += 1;
  };
  roots.forEach(count);
  for (const node of nodes) refsOf(node).forEach(count);
  return users;
}

/** Whether the node is a container that can be made longer and shorter exactly. */
function isContainer(node, nodes, users, dictionary) {
  switch (node.k) {
    case 'array': return node.proto === undefined && node.idx === undefined && node.itemAttrs === undefined && !node.lenFixed;
    case 'map':
    case 'set': return node.proto === undefined;
    case 'typed': return isWholeView(node, nodes, users);
    case 'object': return dictionary(node, nodes);
    default: return false;
  }
}

/** Whether what is inside of the node belongs to it alone: an instance keeps its own books. */
function isClosed(node) {
  if (node.k === 'object') return node.proto !== undefined && node.proto !== null;
  return node.k !== 'array' && node.k !== 'map' && node.k !== 'set' ? true : node.proto !== undefined;
}

/**
 * The level of each container that can be reached without going through an
 * instance: node number → level.
 */
function levelsOf({ roots, nodes }, dictionary) {
  const users = countUsers({ roots, nodes });
  const levels = new Map();
  const seen = new Set();
  let closed = false;
  let current = roots;
  for (let level = 0; current.length > 0; level += 1) {
    const next = [];
    const work = [...current].reverse();
    while (work.length > 0) {
      const ref = work.pop();
      if (!isNodeRef(ref) || seen.has(ref[0])) continue;
      seen.add(ref[0]);
      const node = nodes[ref[0]];
      if (isContainer(node, nodes, users, dictionary)) {
        levels.set(ref[0], level);
        for (const inner of refsOf(node)) next.push(inner);
      } else if (isClosed(node)) {
        closed = closed || refsOf(node).length > 0;
      } else {
        for (const inner of refsOf(node)) work.push(inner);
      }
    }
    current = next;
  }
  return { levels, closed };
}

/** The containers that can be reached from the elements of one, among some. */
function reachedFrom(number, among, nodes) {
  const reached = new Set();
  const seen = new Set([number]);
  const work = refsOf(nodes[number]);
  while (work.length > 0) {
    const ref = work.pop();
    if (!isNodeRef(ref) || seen.has(ref[0])) continue;
    seen.add(ref[0]);
    if (among.has(ref[0])) reached.add(ref[0]);
    for (const inner of refsOf(nodes[ref[0]])) work.push(inner);
  }
  return reached;
}

/**
 * Without the containers that are parts of elements of others (an argument that
 * is one of the elements of a list brings its own parts to the list's level).
 */
function withoutParts(numbers, nodes) {
  if (numbers.length < 2 || numbers.length > MOST_COMPARED) return numbers;
  const among = new Set(numbers);
  const reached = new Map(numbers.map((number) => [number, reachedFrom(number, among, nodes)]));
  return numbers.filter((part) => !numbers.some((whole) => (
    whole !== part && reached.get(whole).has(part) && !reached.get(part).has(whole)
  )));
}

/** The containers of the level with the largest one, without those that are small beside it. */
function chosen(levels, nodes) {
  let largest = 0;
  let at = -1;
  for (const [number, level] of levels) {
    const length = lengthOf(nodes[number]);
    if (length > largest || (length === largest && length > 0 && level < at)) {
      largest = length;
      at = level;
    }
  }
  const numbers = [];
  for (const [number, level] of levels) {
    if (level === at && lengthOf(nodes[number]) >= largest * LEAST_SHARE) numbers.push(number);
  }
  const whole = withoutParts(numbers.sort((a, b) => a - b), nodes);
  return { numbers: whole, largest: whole.reduce((most, number) => Math.max(most, lengthOf(nodes[number])), 0) };
}

/**
 * The field of a node whose strings may be made longer: values and elements, never
 * what must stay distinct (a Set, the keys of a Map).
 */
function textsOf(node) {
  if (isClosed(node)) return null;
  if (node.vals) return 'vals';
  return node.k === 'array' && node.items ? 'items' : null;
}

/** The length of the longest string that may be made longer; 0 where there is none. */
function longestText({ roots, nodes }) {
  let longest = 0;
  const measure = (ref) => {
    if (typeof ref === 'string') longest = Math.max(longest, ref.length);
  };
  roots.forEach(measure);
  const seen = new Set();
  const work = [...roots];
  while (work.length > 0) {
    const ref = work.pop();
    if (!isNodeRef(ref) || seen.has(ref[0]) || isClosed(nodes[ref[0]])) continue;
    seen.add(ref[0]);
    const node = nodes[ref[0]];
    const field = textsOf(node);
    if (field !== null) node[field].forEach(measure);
    for (const inner of refsOf(node)) work.push(inner);
  }
  return longest;
}

/**
 * What makes an encoding large.
 * @param {{roots: Array, nodes: object[]}} encoding
 * @returns {{numbers: number[], text: number, elements: number, reason: string|null}} `numbers` of the
 *   nodes that grow together; `text`: when there are none, the length of the longest string;
 *   `elements`: the size of the largest of them; `reason` why nothing can grow
 */
function findLevel(encoding) {
  const first = levelsOf(encoding, isDictionary);
  let found = chosen(first.levels, encoding.nodes);
  if (first.levels.size === 0) found = chosen(levelsOf(encoding, isUniform).levels, encoding.nodes);
  const text = longestText(encoding);
  if (text > 0 && text > found.largest * TEXT_FACTOR) return { numbers: [], text, elements: text, reason: null };
  if (found.largest > 0) return { numbers: found.numbers, text: 0, elements: found.largest, reason: null };
  const reason = first.levels.size > 0 ? 'empty' : first.closed ? 'only-in-instances' : 'no-container';
  return { numbers: [], text: 0, elements: 0, reason };
}

module.exports = { findLevel, isClosed, isDictionary, lengthOf, refsOf, textsOf };
