'use strict';
/**
 * unrepeated.cjs: the inputs of a round that repeats no more than the recorded
 * program did. A round is one *session*: the recorded calls in their shares. In
 * the next session all values are others of the same look (cipher.cjs), the
 * same for both sides; within one, a value comes again as often as it did in the
 * recording (repeats.cjs), and so do objects.
 *
 * Invariants: which input stands where depends on the calls, the levels and the
 * number of the session alone; equal values of one session stay equal where
 * they were recorded as repeated; what is used here after project code was
 * loaded (all but `createTemplates`) was captured before.
 */
const { SafeMap, mapGet, mapSet, slice } = require('./primordials.cjs');
const { decode } = require('./graph.cjs');
const { isNodeRef } = require('./graph-refs.cjs');
const { isInstance, tidy } = require('./edit.cjs');
const { SPECIAL_KEYS, createKinds } = require('./kinds.cjs');
const { createCipher } = require('./cipher.cjs');
const { hashText } = require('./reservoir.cjs');
const { MOST_ROOTS, rootText } = require('./repeats.cjs');

const { floor, max, min, round: rounded } = Math;
const Numbers = Float64Array;
/** Sessions of one block, as far as their numbers go. */
const MOST_SESSIONS = 1048576;

/** The root that a path starts at. */
function rootOf(path) {
  if (slice(path, 0, 5) !== 'args[') return 0;
  let number = 0;
  for (let i = 5; i < path.length && path[i] !== ']'; i += 1) number = number * 10 + +path[i];
  return number + 1;
}

/** The names of fields: texts that a program knows, which no cipher may change. */
function namesOf(calls, kinds) {
  const names = new Set(SPECIAL_KEYS);
  for (const { roots } of calls) {
    kinds.walk(roots, {
      tell() {},
      object(path, node) {
        if (kinds.isDictionary(path) || node.keys === undefined) return;
        for (const key of node.keys) if (typeof key === 'string') names.add(key);
      },
    });
  }
  return names;
}

/** The places of an encoding whose values a cipher may change: `{list, at, root, value}`. */
function slotsOf(encoding, kinds, names) {
  const slots = [];
  const add = (list, at, root) => {
    const value = list[at];
    if (typeof value === 'string' ? value !== '' && !names.has(value) : typeof value === 'number') slots.push({ list, at, root, value });
  };
  kinds.walk(encoding, {
    tell(path, kind, list, at) {
      if (list !== null) add(list, at, rootOf(path));
    },
    object(path, node) {
      if (!kinds.isDictionary(path) || node.keys === undefined || isInstance(node)) return;
      for (let i = 0; i < node.keys.length; i += 1) add(node.keys, i, rootOf(path));
    },
  });
  return slots;
}

/** Whether no object can be reached from two roots, so that each can be made by itself. */
function areApart({ roots, nodes }) {
  const owner = [];
  for (let root = 0; root < roots.length; root += 1) {
    const queue = [roots[root]];
    while (queue.length > 0) {
      const ref = queue.pop();
      if (!isNodeRef(ref) || owner[ref[0]] === root) continue;
      if (owner[ref[0]] !== undefined) return false;
      owner[ref[0]] = root;
      const { items, vals, proto, buffer, value } = nodes[ref[0]];
      for (const list of [items, vals, [proto, buffer, value]]) if (Array.isArray(list)) queue.push(...list);
    }
  }
  return true;
}

/** What is decoded at once: all roots of a call, or one. */
function partsOf(roots, kinds, names) {
  const make = (encoding, from, to, key) => {
    const own = tidy(encoding);
    return { encoding: own, slots: slotsOf(own, kinds, names), from, to, key };
  };
  if (!areApart(roots)) return [make(roots, 0, roots.roots.length, null)];
  return roots.roots.map((ref, i) => {
    const alone = { ...roots, roots: roots.roots.map((other, k) => (k === i ? other : null)) };
    const text = i < MOST_ROOTS && isNodeRef(ref) ? rootText(roots, i) : null;
    return make(alone, i, i + 1, text === null ? null : `${i} ${hashText(text, 1)}`);
  });
}

/**
 * The parts of each call, which can be made with other values. To be asked for before project code is loaded.
 * @param {{roots: object}[]} calls
 * @returns {object[][]}
 */
function createTemplates(calls) {
  const kinds = createKinds(calls.map(({ roots }) => roots));
  const names = namesOf(calls, kinds);
  return calls.map(({ roots }) => partsOf(roots, kinds, names));
}

/** Puts into the slots of a part what `cipherOf(root)` makes of them. */
function fill({ slots }, cipherOf) {
  for (let i = 0; i < slots.length; i += 1) {
    const { list, at, root, value } = slots[i];
    const cipher = cipherOf(root);
    list[at] = typeof value === 'string' ? cipher.text(value) : cipher.number(value);
  }
}

/**
 * The roots of a call with other values, as a whole: `[self, ...args]`.
 * @param {object[]} parts of `createTemplates`
 * @param {object} cipher
 * @param {object} registry
 */
function variantOf(parts, cipher, registry) {
  const roots = [];
  for (let p = 0; p < parts.length; p += 1) {
    fill(parts[p], () => cipher);
    const made = decode(parts[p].encoding, { registry });
    for (let i = parts[p].from; i < parts[p].to; i += 1) roots[i] = made[i];
  }
  return roots;
}

/** Whether what was filled in last is anything else than what was recorded. */
function isOther(parts) {
  for (let p = 0; p < parts.length; p += 1) {
    const { slots } = parts[p];
    for (let i = 0; i < slots.length; i += 1) if (slots[i].list[slots[i].at] !== slots[i].value) return true;
  }
  return false;
}

/** For each place of the round, the how manyth of its call it is; and how often each call is there. */
function occurrencesOf(round) {
  const counts = [];
  const nth = new Numbers(round.length);
  for (let k = 0; k < round.length; k += 1) {
    nth[k] = counts[round[k]] || 0;
    counts[round[k]] = nth[k] + 1;
  }
  return { counts, nth };
}

/**
 * The inputs of blocks of sessions.
 * @param {{templates: object[][], round: number[], levels: number[], shares: {values: number[], objects: number[]},
 *   reuse: boolean, seed: number, registry: object}} options `levels`: by call, the level of its cipher;
 *   `reuse`: no call changes its inputs, so that objects may come again
 * @returns {{begin: (block: number) => void, at: (position: number) => Array}} `at` gives the roots of a
 *   call of the block that was begun; positions are asked for in their order
 */
function createUnrepeated({ templates, round, levels, shares, reuse, seed, registry }) {
  const { counts, nth } = occurrencesOf(round);
  let block = 0;
  let session = -1;
  let ciphers = null;
  let objects = null;
  const shareOf = (list, root) => (root < list.length ? list[root] : 1);
  /** Which of the values that a call's copies bring to a root this copy has. */
  const groupOf = (share, k) => {
    const count = counts[round[k]];
    return floor((nth[k] * max(1, min(count, rounded(count * share)))) / count);
  };
  const cipher = (level, group) => {
    const key = level * MOST_SESSIONS + group;
    let found = mapGet(ciphers, key);
    if (found === undefined) {
      found = createCipher(hashText(`${block} ${session} ${group}`, seed), level);
      mapSet(ciphers, key, found);
    }
    return found;
  };
  return {
    begin(number) {
      block = number;
      session = -1;
    },
    at(position) {
      const now = floor(position / round.length);
      if (now !== session) {
        session = now;
        ciphers = new SafeMap();
        objects = new SafeMap();
      }
      const k = position % round.length;
      const parts = templates[round[k]];
      const level = levels[round[k]];
      const roots = [];
      for (let p = 0; p < parts.length; p += 1) {
        const part = parts[p];
        const key = reuse && part.key !== null ? `${part.key} ${groupOf(shareOf(shares.objects, part.from), k)}` : null;
        let made = key === null ? undefined : mapGet(objects, key);
        if (made === undefined) {
          fill(part, (root) => cipher(level, groupOf(shareOf(shares.values, root), k)));
          made = decode(part.encoding, { registry });
          if (key !== null) mapSet(objects, key, made);
        }
        for (let i = part.from; i < part.to; i += 1) roots[i] = made[i];
      }
      return roots;
    },
  };
}

module.exports = { createTemplates, createUnrepeated, isOther, variantOf };
