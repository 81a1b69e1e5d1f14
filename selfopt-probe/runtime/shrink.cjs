'use strict';
// Makes an input that shows a difference smaller while it still does: fewer arguments, elements, keys,
// characters, nearer numbers.
//
// Invariants: pure but for the question asked; every step makes the input smaller by `cost`, so it
// ends; deterministic; at most `maxTests` questions.

const { hasPlainFields, isPlainArray, openNodes, setFields, setItems, tidy } = require('./edit.cjs');

/** How large a value is that stands in a field. */
function costOfRef(ref) {
  if (typeof ref === 'string') return 1 + ref.length;
  if (typeof ref === 'number') {
    return 1 + Math.log2(1 + Math.abs(ref)) / 4 + (ref < 0 ? 0.5 : 0) + (Number.isInteger(ref) ? 0 : 1);
  }
  return 1;
}

/**
 * How large an input is, as a person who reads it would say.
 *
 * @param {object} encoding
 * @returns {number}
 */
function cost({ roots, nodes }) {
  let total = 0;
  const add = (list) => {
    for (const ref of list) total += costOfRef(ref);
  };
  add(roots);
  for (const node of nodes) {
    total += 2;
    if (node.items !== undefined) add(node.items);
    if (node.vals !== undefined) {
      add(node.vals);
      for (const key of node.keys) total += typeof key === 'string' ? key.length : 1;
    }
    if (node.bytes !== undefined) total += node.bytes.length;
  }
  return total;
}

/** Removals of so many pieces at once: from the half down to one. */
function* ranges(count) {
  for (let size = count; size >= 1; size = Math.floor(size / 2)) {
    for (let from = 0; from < count; from += size) yield [from, Math.min(count, from + size)];
  }
}

/** Simpler values for a primitive. */
function simpler(ref) {
  if (typeof ref === 'string') {
    const half = ref.length >> 1;
    const list = ['', 'a', ref.slice(0, half), ref.slice(half)];
    if (ref.length <= 24) for (let i = 0; i < ref.length; i += 1) list.push(ref.slice(0, i) + ref.slice(i + 1));
    return list;
  }
  if (typeof ref === 'number') return [0, 1, 2, Math.trunc(ref / 2), Math.trunc(ref)].map((value) => value + 0);
  return [];
}

/** Changes that may make an encoding smaller; each works on a copy that `tidy` made. */
function* steps(encoding) {
  for (let count = 1; count < encoding.roots.length; count += 1) {
    yield (copy) => copy.roots.splice(count);
  }
  for (const number of openNodes(encoding)) {
    const node = encoding.nodes[number];
    if (isPlainArray(node) || node.k === 'map' || node.k === 'set') {
      const width = node.k === 'map' ? 2 : 1;
      for (const [from, to] of ranges(node.items.length / width)) {
        yield (copy) => {
          const { items } = copy.nodes[number];
          setItems(copy.nodes[number], [...items.slice(0, from * width), ...items.slice(to * width)]);
        };
      }
    }
    if (hasPlainFields(node)) {
      for (const [from, to] of ranges(node.keys.length)) {
        yield (copy) => {
          const { keys, vals } = copy.nodes[number];
          setFields(copy.nodes[number], [...keys.slice(0, from), ...keys.slice(to)], [...vals.slice(0, from), ...vals.slice(to)]);
        };
      }
    }
  }
  yield* allPrimitives(encoding);
  yield* eachPrimitive(encoding);
}

/** The simplest values in the place of all numbers, or all texts, of a list at once. */
function* allPrimitives(encoding) {
  for (const number of openNodes(encoding)) {
    if (!isPlainArray(encoding.nodes[number])) continue;
    for (const [type, value] of [['number', 0], ['string', 'a'], ['string', '']]) {
      if (encoding.nodes[number].items.filter((ref) => typeof ref === type).length < 2) continue;
      yield (copy) => {
        const node = copy.nodes[number];
        node.items = node.items.map((ref) => (typeof ref === type ? value : ref));
      };
    }
  }
}

/** Simpler values in the place of every primitive. */
function* eachPrimitive(encoding) {
  const lists = [['roots', -1], ...openNodes(encoding).flatMap((number) => [['items', number], ['vals', number]])];
  for (const [field, number] of lists) {
    const list = number === -1 ? encoding.roots : encoding.nodes[number][field];
    if (list === undefined) continue;
    for (let at = 0; at < list.length; at += 1) {
      for (const ref of simpler(list[at])) {
        if (Object.is(ref, list[at])) continue;
        yield (copy) => {
          (number === -1 ? copy.roots : copy.nodes[number][field])[at] = ref;
        };
      }
    }
  }
}

/**
 * The smallest input found for which `holds` still says yes.
 *
 * @param {object} encoding for which it does
 * @param {(encoding: object) => Promise<boolean>} holds
 * @param {number} maxTests
 * @returns {Promise<object>}
 */
async function shrink(encoding, holds, maxTests) {
  let best = tidy(encoding);
  let left = maxTests;
  const asked = new Set([JSON.stringify(best)]);
  for (let improved = true; improved && left > 0; ) {
    improved = false;
    for (const step of steps(best)) {
      if (left === 0) break;
      const changed = tidy(best);
      step(changed);
      const candidate = tidy(changed);
      const text = JSON.stringify(candidate);
      if (cost(candidate) >= cost(best) || asked.has(text)) continue;
      asked.add(text);
      left -= 1;
      if (await holds(candidate)) {
        best = candidate;
        improved = true;
        break;
      }
    }
  }
  return best;
}

module.exports = { cost, shrink };
