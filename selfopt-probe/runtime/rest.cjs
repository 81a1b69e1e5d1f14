'use strict';
/**
 * rest.cjs: the arguments that a function takes as a list (`...rest`, or all
 * that `arguments` has behind the named ones), seen as the list that they are:
 * `join('a', 'b', 'c')` is a call of three elements.
 *
 * An encoding of `[self, ...args]` may say at which argument the list begins
 * (`rest`, counted from 0 without `self`); there is then at least one. `gathered`
 * makes the list a node of its own, which grows as every list does, `spread`
 * makes it arguments again.
 *
 * Invariants: pure; `spread(gathered(encoding))` is the call that it was.
 */
const { UNDEFINED } = require('./graph-refs.cjs');

/** More arguments than this are more than an engine's stack holds for certain. */
const MOST_ARGUMENTS = 50000;

/**
 * Says of an encoding where its list of arguments begins.
 * @param {{roots: Array, nodes: object[]}} encoding of `[self, ...args]`
 * @param {number|null|undefined} rest the first argument of the list, as the source says it
 * @returns {object} the same encoding
 */
function withRest(encoding, rest) {
  if (typeof rest === 'number' && encoding.roots.length > rest + 1) encoding.rest = rest;
  return encoding;
}

/**
 * The encoding with one list in place of the arguments that are one.
 * @param {{roots: Array, nodes: object[], rest?: number}} encoding
 * @returns {{roots: Array, nodes: object[]}}
 */
function gathered(encoding) {
  const { rest } = encoding;
  if (rest === undefined) return encoding;
  const { roots, nodes } = encoding;
  const items = roots.slice(rest + 1);
  const list = { k: 'array', len: items.length, items };
  return { ...encoding, roots: [...roots.slice(0, rest + 1), [nodes.length]], nodes: [...nodes, list] };
}

/**
 * The encoding with the arguments in place of their list, which nothing else refers to.
 * @param {{roots: Array, nodes: object[], rest?: number}} encoding as `gathered` made it, whatever changed since
 * @returns {{roots: Array, nodes: object[], rest?: number}|null} null: more arguments than a call can have
 */
function spread(encoding) {
  const { rest, roots, nodes } = encoding;
  if (rest === undefined) return encoding;
  const { items } = nodes[roots[rest + 1][0]];
  if (items.length > MOST_ARGUMENTS) return null;
  const args = items.map((ref) => (Array.isArray(ref) && ref[0] === 'hole' ? UNDEFINED : ref));
  return { ...encoding, roots: [...roots.slice(0, rest + 1), ...args] };
}

module.exports = { MOST_ARGUMENTS, gathered, spread, withRest };
