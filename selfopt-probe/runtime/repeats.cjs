'use strict';
/**
 * repeats.cjs: how often the values of `this` and of each argument come again
 * while a program runs: what a cache inside of a function lives on.
 *
 * The recorder counts, for each root (0 is `this`), the calls that were looked at
 * (`value:N`), those whose value was not seen there before (`new:N`) and those
 * that brought an object that was not seen there before (`made:N`; for other
 * values as `new:N`). From these come *shares*: of the calls, the part that
 * brought something new. Calls that were not looked at make the shares larger,
 * never smaller: too few repetitions are seen, not too many.
 *
 * Invariants: bounded in values, text and roots; nothing of the project is called.
 */
const { isArray, ownKeys, SafeMap, mapGet, mapHas, mapSet, mapSize, SafeWeakMap, weakHas, weakSet } = require('./primordials.cjs');
const { hashText } = require('./reservoir.cjs');
const { isNodeRef } = require('./graph-refs.cjs');

/** Roots that are told apart; the others count as new at every call. */
const MOST_ROOTS = 9;
/** Values of a function that are remembered; nothing more is counted then. */
const MOST_VALUES = 20000;
/** Characters of a value that are looked at; a longer one counts as new. */
const MOST_TEXT = 8192;
/** Fields of a node that hold lists of references; other lists in a node are a reference or plain. */
const REFS = { __proto__: null, items: true, vals: true, keys: true };
const RAW = { __proto__: null, idx: true, attrs: true, itemAttrs: true };

/**
 * The value of one root as text, equal for equal values; `null` when it is too long.
 * @param {{roots: Array, nodes: object[]}} encoding
 * @param {number} root
 * @returns {string|null}
 */
function rootText({ roots, nodes }, root) {
  const numbers = new SafeMap();
  const queue = [];
  let text = '';
  const write = (value, raw) => {
    if (text.length > MOST_TEXT) return;
    if (!raw && isNodeRef(value)) {
      let number = mapGet(numbers, value[0]);
      if (number === undefined) {
        number = queue.length;
        mapSet(numbers, value[0], number);
        queue[number] = nodes[value[0]];
      }
      text += `#${number};`;
    } else if (isArray(value)) {
      text += '[';
      for (let i = 0; i < value.length && text.length <= MOST_TEXT; i += 1) write(value[i], raw);
      text += ']';
    } else if (typeof value === 'string') {
      text += `"${value.length}:${value}`;
    } else if (typeof value === 'object' && value !== null) {
      // Bytes of a buffer and the like: what they are is told by length and content alone.
      const keys = ownKeys(value);
      for (let i = 0; i < keys.length && text.length <= MOST_TEXT; i += 1) if (typeof keys[i] === 'string') text += `${value[keys[i]]},`;
    } else {
      text += `${typeof value === 'undefined' ? 'u' : value};`;
    }
  };
  write(roots[root], false);
  for (let i = 0; i < queue.length && text.length <= MOST_TEXT; i += 1) {
    const node = queue[i];
    const names = ownKeys(node);
    for (let k = 0; k < names.length; k += 1) {
      const name = names[k];
      const value = node[name];
      text += `${name}=`;
      if (REFS[name] !== true || !isArray(value)) write(value, RAW[name] === true);
      else for (let j = 0; j < value.length && text.length <= MOST_TEXT; j += 1) write(value[j], false);
    }
  }
  return text.length > MOST_TEXT ? null : text;
}

/**
 * Counts the calls of one function.
 * @returns {{look: (encoding: object, values: Array, tell: (name: string) => void) => void}}
 */
function createRepeats() {
  const known = new SafeMap();
  const objects = new SafeWeakMap();
  return {
    look(encoding, values, tell) {
      if (mapSize(known) >= MOST_VALUES) return;
      const { roots } = encoding;
      for (let i = 0; i < roots.length && i < MOST_ROOTS; i += 1) {
        tell(`value:${i}`);
        const text = rootText(encoding, i);
        const key = text === null ? null : `${i} ${hashText(text, 0)}`;
        const isNew = key === null || !mapHas(known, key);
        if (isNew) tell(`new:${i}`);
        if (isNew && key !== null) mapSet(known, key, true);
        const value = values[i];
        const isObject = (typeof value === 'object' && value !== null) || typeof value === 'function';
        if (isObject ? !weakHas(objects, value) : isNew) tell(`made:${i}`);
        if (isObject) weakSet(objects, value, true);
      }
    },
  };
}

const share = (part, all) => (all > 0 ? Math.min(1, Math.max(0, part) / all) : 1);

/**
 * @param {{[name: string]: number}} count the counters of a function
 * @returns {{values: number[], objects: number[]}} the share of new values and of new objects, by root
 */
function sharesOf(count) {
  const shares = { values: [], objects: [] };
  for (let i = 0; count[`value:${i}`] > 0; i += 1) {
    shares.values.push(share(count[`new:${i}`] || 0, count[`value:${i}`]));
    shares.objects.push(share(count[`made:${i}`] || 0, count[`value:${i}`]));
  }
  return shares;
}

/**
 * The same of calls alone, as a workload file gives them: every call has objects of its own. A call
 * that stands for several stands for different ones.
 * @param {{roots: object}[]} calls
 */
function sharesOfCalls(calls) {
  const shares = { values: [], objects: [] };
  for (let i = 0; i < MOST_ROOTS; i += 1) {
    const having = calls.filter(({ roots }) => roots.roots.length > i);
    if (having.length === 0) break;
    const seen = new Set(having.map(({ roots }, k) => rootText(roots, i) || `long ${k}`));
    shares.values.push(share(seen.size, having.length));
    shares.objects.push(1);
  }
  return shares;
}

module.exports = { MOST_ROOTS, createRepeats, rootText, sharesOf, sharesOfCalls };
