'use strict';
// Changes to encodings: copies, parts of one put into another, and the places where values stand.
//
// Invariants: pure functions of encodings, no live values; a copy shares no node and no list with its
// original; aliasing and cycles inside of a copied part stay inside of the copy.

const { isNodeRef } = require('./graph-refs.cjs');

/** The fields of a node that are lists of their own. */
const LISTS = ['items', 'idx', 'itemAttrs', 'keys', 'vals', 'attrs'];

/** A node with lists of its own. */
function copyNode(node) {
  const copy = { ...node };
  for (const field of LISTS) if (copy[field] !== undefined) copy[field] = copy[field].slice();
  return copy;
}

/** Puts `map(ref)` in the place of every reference of a node. */
function mapRefs(node, map) {
  if (Array.isArray(node.proto)) node.proto = map(node.proto);
  if (node.buffer !== undefined) node.buffer = map(node.buffer);
  if (node.value !== undefined) node.value = map(node.value);
  if (node.items !== undefined) node.items = node.items.map(map);
  if (node.vals !== undefined) node.vals = node.vals.map(map);
}

/** Follows references from some of them, copying each node that is met once. */
function copier(nodes, into) {
  const numbers = new Map();
  const queue = [];
  const map = (ref) => {
    if (!isNodeRef(ref)) return ref;
    let number = numbers.get(ref[0]);
    if (number === undefined) {
      number = into.length;
      const copy = copyNode(nodes[ref[0]]);
      into.push(copy);
      numbers.set(ref[0], number);
      queue.push(copy);
    }
    return [number];
  };
  return {
    copy(refs) {
      const copied = refs.map(map);
      while (queue.length > 0) mapRefs(queue.pop(), map);
      return copied;
    },
  };
}

/**
 * A copy of an encoding that holds only what its roots reach.
 *
 * @param {{v: number, roots: Array, nodes: object[]}} encoding
 * @returns {{v: number, roots: Array, nodes: object[]}}
 */
function tidy(encoding) {
  const nodes = [];
  const roots = copier(encoding.nodes, nodes).copy(encoding.roots);
  return { v: encoding.v, roots, nodes };
}

/**
 * Puts a copy of what `ref` of `from` points to into `into`, which is changed.
 *
 * @param {object} into an encoding
 * @param {object} from an encoding, perhaps the same
 * @param {any} ref
 * @returns {any} the reference in `into`
 */
function graft(into, from, ref) {
  return copier(from.nodes, into.nodes).copy([ref])[0];
}

/** Whether a node is an instance of a class: what is inside of it belongs together. */
function isInstance(node) {
  const { proto } = node;
  return node.k === 'opaque' || (Array.isArray(proto) && (proto[0] !== 'intrinsic' || node.k === 'object'));
}

/** Elements of an array that lie in a list of their own, without attributes of their own. */
function isPlainArray(node) {
  return node.k === 'array' && node.idx === undefined && node.itemAttrs === undefined && !node.lenFixed;
}

/** Replaces the elements of a plain array, of a set or (in pairs) of a map. */
function setItems(node, items) {
  node.items = items;
  if (node.k === 'array') node.len = items.length;
}

/** Whether the fields of a node may be replaced one by one. */
function hasPlainFields(node) {
  return node.k === 'object' && node.keys !== undefined && node.attrs === undefined;
}

/** Replaces the fields of a plain object. */
function setFields(node, keys, vals) {
  if (keys.length === 0) {
    delete node.keys;
    delete node.vals;
  } else {
    node.keys = keys;
    node.vals = vals;
  }
}

/**
 * A copy with shorter lists, so that it has at most about `maxNodes` nodes; the elements that stay are
 * the first ones. What is inside of instances is left as it is.
 *
 * @param {object} encoding
 * @param {number} maxNodes
 * @returns {object}
 */
function cutLists(encoding, maxNodes) {
  let result = tidy(encoding);
  for (let length = 64; length >= 2 && result.nodes.length > maxNodes; length >>= 1) {
    for (const number of openNodes(result)) {
      const node = result.nodes[number];
      const width = node.k === 'map' ? 2 : 1;
      if ((isPlainArray(node) || node.k === 'map' || node.k === 'set') && node.items.length > length * width) {
        setItems(node, node.items.slice(0, length * width));
      }
    }
    result = tidy(result);
  }
  return result;
}

/** The numbers of the nodes that are not inside of an instance, from the roots on. */
function openNodes({ roots, nodes }) {
  const seen = new Set();
  const queue = [];
  const visit = (ref) => {
    if (isNodeRef(ref) && !seen.has(ref[0])) {
      seen.add(ref[0]);
      if (!isInstance(nodes[ref[0]])) queue.push(ref[0]);
    }
  };
  roots.forEach(visit);
  for (let i = 0; i < queue.length; i += 1) {
    const node = nodes[queue[i]];
    if (node.items !== undefined) node.items.forEach(visit);
    if (node.vals !== undefined) node.vals.forEach(visit);
  }
  return queue;
}

module.exports = { cutLists, graft, hasPlainFields, isInstance, isPlainArray, openNodes, setFields, setItems, tidy };
