'use strict';
// Where a node is, as text that people can follow: `args[0].items[3]`.
//
// Invariants:
// - The path is the one by which the node was first seen, so it is the same in every run.
// - `roots` are named by the caller (`["this", "args[0]"]`) or by their number (`[0]`).

const { isArray, stringify } = require('./primordials.cjs');
const { isNodeRef, keyText } = require('./graph-refs.cjs');

/** The name of root `index`. */
function rootName(index, names) {
  return isArray(names) && typeof names[index] === 'string' ? names[index] : `[${index}]`;
}

/**
 * Calls `visit(number, field, i, part)` for each reference to a node, in the order in which the
 * fields are compared; `i` is the place in `items` or `vals`, `part` is 1 or 2 inside an accessor.
 */
function eachNodeRef(node, visit) {
  one(node.proto, 'proto', 0, visit);
  one(node.value, 'value', 0, visit);
  one(node.buffer, 'buffer', 0, visit);
  if (node.items !== undefined) {
    for (let i = 0; i < node.items.length; i += 1) one(node.items[i], 'items', i, visit);
  }
  if (node.vals !== undefined) {
    for (let i = 0; i < node.vals.length; i += 1) one(node.vals[i], 'vals', i, visit);
  }
}

function one(ref, field, i, visit) {
  if (typeof ref !== 'object' || ref === null) return;
  if (typeof ref[0] === 'number') visit(ref[0], field, i, 0);
  else if (ref[0] === 'accessor') {
    if (isNodeRef(ref[1])) visit(ref[1][0], field, i, 1);
    if (isNodeRef(ref[2])) visit(ref[2][0], field, i, 2);
  }
}

/** The text of a step from a node through one of its fields. */
function stepText(node, field, i, part) {
  switch (field) {
    case 'proto': return '[[Prototype]]';
    case 'value': return '.valueOf()';
    case 'buffer': return '.buffer';
    default: {
      const text = field === 'items' ? itemText(node, i) : keyText(node.keys[i]);
      return part === 0 ? text : `${text}${part === 1 ? '[get]' : '[set]'}`;
    }
  }
}

/** The step from a container to its item `i`. */
function itemText(node, i) {
  switch (node.k) {
    case 'map': return i % 2 === 0 ? `[key ${i / 2}]` : mapValueText(node, i);
    case 'set': return `[item ${i}]`;
    default: return `[${node.idx === undefined ? i : node.idx[i]}]`;
  }
}

function mapValueText(node, i) {
  const key = node.items[i - 1];
  if (typeof key === 'string') return `.get(${stringify(key)})`;
  return typeof key === 'number' || typeof key === 'boolean' ? `.get(${key})` : `[value ${(i - 1) / 2}]`;
}

/**
 * The path of a node by its first reference.
 * @param {{roots: Array, nodes: Array}} encoding whose nodes before the one asked for are complete
 * @param {number} number of the node
 * @param {string[]} [names] of the roots
 * @returns {string}
 */
function pathOfNode(encoding, number, names) {
  const { roots, nodes } = encoding;
  const links = [];
  for (let i = 0; i < roots.length; i += 1) {
    if (isNodeRef(roots[i]) && links[roots[i][0]] === undefined) links[roots[i][0]] = { root: i };
  }
  for (let i = 0; i < nodes.length && links[number] === undefined; i += 1) {
    eachNodeRef(nodes[i], (child, field, at, part) => {
      if (links[child] === undefined) links[child] = { parent: i, field, at, part };
    });
  }
  const steps = [];
  let link = links[number];
  while (link !== undefined && link.root === undefined && steps.length <= nodes.length) {
    steps[steps.length] = stepText(nodes[link.parent], link.field, link.at, link.part);
    link = links[link.parent];
  }
  return shorten(link === undefined ? '?' : rootName(link.root, names), steps);
}

/** The steps are innermost first; a very long path keeps its two ends. */
function shorten(start, steps) {
  let text = start;
  const count = steps.length;
  for (let i = count - 1; i >= 0; i -= 1) {
    if (count > 24 && i === count - 13) {
      text += `…(${count - 24} steps)…`;
      i = 12;
    }
    text += steps[i];
  }
  return text;
}

module.exports = { eachNodeRef, itemText, pathOfNode, rootName, shorten };
