'use strict';
// Variations of recorded inputs: first each change that makes sense at each place of a few typical
// calls, then mixtures of changes of any call.
//
// Invariants: pure and seeded, so the same calls and seed give the same variations in the same order;
// none comes twice and none is one of the recorded inputs; each is judged inside or outside of the
// recorded kinds (kinds.cjs).

const { UNDEFINED, isNodeRef } = require('./graph-refs.cjs');
const { sizes } = require('./graph.cjs');
const { createRandom, hashText } = require('./reservoir.cjs');
const { createKinds } = require('./kinds.cjs');
const { LOOK_ALIKE, besideElement, insteadOfValue } = require('./alike.cjs');
const { GROUPS, withFragment } = require('./fragments.cjs');
const { specialNames } = require('./special-names.cjs');
const { cutLists, graft, isInstance, isPlainArray, hasPlainFields, tidy } = require('./edit.cjs');
const { listChanges, objectChanges, pick, relate, replacementsOf } = require('./mutations.cjs');

/** Calls whose places are gone through one by one. */
const TYPICAL = 4;
/** Calls that are varied at all, and how large they and their variations may be; lists of larger ones are cut. */
const VARIED = 100;
const CUT_NODES = 400;
const LARGEST_BYTES = 262144;
const LARGEST_NODES = 20000;
/** Changes that cost much: made in the first of the typical calls only, once a path. */
const COSTLY = new Set(['huge']);
/** Values that are remembered for one path. */
const POOL = 24;
/** Texts and numbers of the source: the first typical call tries them first, in up to this part of all. */
const LITERAL_SHARE = 0.4;
/** Special names in the place of texts come first, and on top of all others: up to this part of their count. */
const NAME_SHARE = 0.25;
/** Draws per wanted variation before it is over. */
const PATIENCE = 12;
/** Where in the order of changes those to values that look alike stand. */
const EARLY = 0.1;
/** How changes to values of the source are named. */
const LITERAL = 'of the source: ';
/** The part of the variations that may be outside of the recorded kinds. */
const OUTSIDE_SHARE = 0.5;

/** The places of an encoding that may be changed, by path. */
function placesOf(encoding, kinds) {
  const byPath = new Map();
  kinds.walk(encoding, {
    tell(path, kind, list, at, closed) {
      if (list === null || closed) return;
      const ref = list[at];
      const node = isNodeRef(ref) ? encoding.nodes[ref[0]] : null;
      if (path === 'this' && node === null) return;
      const place = { path, list, at, node, dictionary: kinds.isDictionary(path) };
      const known = byPath.get(path);
      if (known === undefined) byPath.set(path, [place]);
      else known.push(place);
    },
    object() {},
  });
  return byPath;
}

const isLookAlike = (name) => name.slice(0, LOOK_ALIKE.length) === LOOK_ALIKE;

/** The changes to the arguments as a whole. */
const argumentChanges = {
  'last argument missing': (encoding) => encoding.roots.length > 1 && encoding.roots.pop() !== encoding,
  'all arguments missing': (encoding) => encoding.roots.length > 2 && encoding.roots.splice(1).length > 0,
  'one more undefined': (encoding) => encoding.roots.push(UNDEFINED) > 0,
  'one more argument': (encoding) => encoding.roots.push(0) > 0,
};

/** Values that the source itself names, alone and behind what is there. */
function literalsAt(ref, literals) {
  if (typeof ref === 'string') return literals.texts.concat(literals.texts.map((text) => ref + text));
  if (typeof ref !== 'number') return [];
  return [].concat(...literals.numbers.map((value) => [value, value + 1, value - 1])).filter((value) => !Object.is(value, -0));
}

/** Changes of a place by name; those of values are numbered. */
function changesAt(place, literals) {
  const { node } = place;
  const changes = [];
  const add = (name, change) => changes.push({ name, change });
  add('recorded elsewhere', (encoding, at, { random, pool }) => {
    const donor = pool(at.path, random);
    if (donor === null) return false;
    at.list[at.at] = graft(encoding, donor.encoding, donor.ref);
    return true;
  });
  if (place.path === 'this') return changes;
  const ref = place.list[place.at];
  if (node === null) {
    add(LOOK_ALIKE, insteadOfValue);
    for (const turn of ['', ' again', ' once more']) add(`related to another value${turn}`, relate);
    for (const value of replacementsOf(ref)) {
      const text = typeof value === 'object' && value !== null ? value.join(' ') : JSON.stringify(value);
      add(`value ${text}`, (encoding, at) => put(at, value));
    }
    for (let turn = 0; typeof ref === 'string' && turn < GROUPS; turn += 1) {
      add(`characters put in, turn ${turn + 1}`, (encoding, at, { random }) => put(at, withFragment(at.list[at.at], turn, random)));
    }
    for (const value of literalsAt(ref, literals)) {
      add(`${LITERAL}${JSON.stringify(value)}`, (encoding, at) => put(at, value));
    }
    return changes;
  }
  add('undefined', (encoding, at) => put(at, UNDEFINED));
  add('null', (encoding, at) => put(at, null));
  if (isPlainArray(node) || node.k === 'map' || node.k === 'set') {
    for (const turn of ['', ' again']) add(`${LOOK_ALIKE}${turn}`, besideElement);
    for (const name of Object.keys(listChanges)) add(name, listChanges[name]);
  } else if (node.k === 'object' && !isInstance(node) && (hasPlainFields(node) || node.keys === undefined)) {
    for (const name of Object.keys(objectChanges)) add(name, objectChanges[name]);
  } else if (node.k === 'date') {
    for (const value of [['NaN'], 0, -1, 951782400000]) add(`date ${value}`, (encoding, at) => setDate(at.node, value));
  } else if (node.k === 'regexp') {
    add('lastIndex', (encoding, at) => setLastIndex(at.node));
  } else if (node.k === 'typed') {
    for (const length of [0, 1, 2]) add(`length ${length}`, (encoding, at) => setViewLength(at.node, length));
  }
  return changes;
}

function put(place, ref) {
  place.list[place.at] = ref;
  return true;
}

function setDate(node, value) {
  node.value = value;
  return true;
}

function setLastIndex(node) {
  const at = node.keys === undefined ? -1 : node.keys.indexOf('lastIndex');
  if (at === -1) return false;
  node.vals[at] = 1;
  return true;
}

function setViewLength(node, length) {
  if (node.buffer === undefined || node.len <= length) return false;
  node.len = length;
  return true;
}

/** What was recorded at each path, to be put elsewhere. */
function createPool(encodings, kinds) {
  const pool = new Map();
  for (const encoding of encodings) {
    for (const [path, places] of placesOf(encoding, kinds)) {
      let known = pool.get(path);
      if (known === undefined) pool.set(path, (known = []));
      for (const place of places) {
        if (known.length >= POOL) break;
        known.push({ encoding, ref: place.list[place.at] });
      }
    }
  }
  return (path, random) => {
    const known = pool.get(path);
    return known === undefined ? null : pick(known, random);
  };
}

/** The numbers of a few calls of different sizes. */
function typicalOf(encodings) {
  const sorted = encodings
    .map((encoding, i) => ({ i, bytes: sizes(encoding).bytes }))
    .sort((a, b) => a.bytes - b.bytes || a.i - b.i);
  const chosen = new Set();
  for (let k = 0; k < TYPICAL && sorted.length > 0; k += 1) {
    chosen.add(sorted[Math.floor((k * (sorted.length - 1)) / (TYPICAL - 1))]);
  }
  // The median first: it has something of everything more often than the ends.
  const median = sorted[sorted.length >> 1].bytes;
  const distance = ({ bytes }) => Math.abs(bytes - median);
  return [...chosen].sort((a, b) => distance(a) - distance(b) || a.i - b.i).map(({ i }) => i);
}

/** Every change at every path of a call, in seeded order. */
function tasksOf(call, kinds, random, literals) {
  const tasks = Object.keys(argumentChanges).map((name) => ({ call, path: null, name, order: random() }));
  for (const [path, places] of placesOf(call.encoding, kinds)) {
    const names = new Set();
    for (const place of places.slice(0, 8)) for (const { name } of changesAt(place, literals)) names.add(name);
    // What takes values of different types for the same is looked for early: few changes show it.
    for (const name of names) tasks.push({ call, path, name, order: random() * (isLookAlike(name) ? EARLY : 1) });
  }
  return tasks.sort((a, b) => a.order - b.order);
}

/**
 * The variations of some recorded inputs.
 *
 * @param {object[]} encodings the inputs to vary (encodings of `[this, ...args]`)
 * @param {object[]} recorded all recorded inputs: what is inside
 * @param {{seed: number, count: number, literals?: {texts: string[], numbers: number[]}}} options
 *   `literals` are texts and numbers that the source names
 * @returns {{variations: Iterable<{encoding: object, inside: boolean, facts: Set<string>, index: number, what: string, alike: boolean, name?: string}>, kinds: object}}
 *   `name`: all that was changed is that a text became this name, which every object has; `alike`: all that was changed is that a value got a twin of another type; `facts` say in which ways a variation is not inside, `index` says which of `encodings` was varied
 */
function createVariations(encodings, recorded, { seed, count, literals = { texts: [], numbers: [] } }) {
  const kinds = createKinds(recorded);
  return { kinds, variations: draw(encodings, recorded, kinds, { seed, count, literals }) };
}

function* draw(encodings, recorded, kinds, { seed, count, literals }) {
  const random = createRandom(hashText('variations', seed));
  const every = Math.max(1, Math.ceil(encodings.length / VARIED));
  const eligible = encodings
    .map((encoding, index) => ({ encoding, index }))
    .filter(({ index }) => index % every === 0)
    .map(({ encoding, index }) => ({ encoding: cutLists(encoding, CUT_NODES), index }))
    .filter(({ encoding }) => sizes(encoding).bytes <= LARGEST_BYTES);
  if (eligible.length === 0) return;
  const pool = createPool(eligible.map(({ encoding }) => encoding), kinds);
  const context = { random, pool, literals };
  const key = (encoding) => hashText(JSON.stringify(encoding), seed);
  const seen = new Set(recorded.filter(({ nodes }) => nodes.length <= LARGEST_NODES).map((encoding) => key(tidy(encoding))));
  let given = 0;
  let outside = 0;

  /** The variation, when it is a new one that there is room for. */
  const finish = (encoding, index, what, alike, name) => {
    const result = tidy(encoding);
    if (result.nodes.length > LARGEST_NODES) return null;
    const hash = key(result);
    if (seen.has(hash)) return null;
    seen.add(hash);
    const facts = kinds.newFacts(result);
    const inside = facts.size === 0;
    if (!inside && outside >= count * OUTSIDE_SHARE) return null;
    if (!inside) outside += 1;
    given += 1;
    return { encoding: result, inside, facts, index, what, alike, name };
  };

  const typical = typicalOf(eligible.map(({ encoding }) => encoding)).map((i) => eligible[i]);
  const names = specialNames(typical.map(({ encoding }) => encoding), kinds, createRandom(hashText('special names', seed)));
  for (const { encoding, at, what, name } of names) {
    if (given >= Math.floor(count * NAME_SHARE)) break;
    const variation = finish(encoding, typical[at].index, what, false, name);
    if (variation !== null) yield variation;
  }
  given = 0;
  outside = 0;
  const tasks = typical.map((call, i) => tasksOf(call, kinds, random, literals).filter(({ name }) => i === 0 || !COSTLY.has(name)));
  // What the source looks for is where versions differ: it has turns of its own.
  const isNamed = ({ name }) => name.slice(0, LITERAL.length) === LITERAL;
  const named = tasks[0].filter(isNamed).slice(0, Math.floor(count * LITERAL_SHARE));
  for (let i = 0; i < tasks.length; i += 1) tasks[i] = tasks[i].filter((task) => !isNamed(task));
  if (named.length > 0) tasks.unshift(named);
  for (let k = 0; tasks.some((list) => k < list.length); k += 1) {
    for (const list of tasks) {
      if (k >= list.length) continue;
      if (given >= count) return;
      const { call, path, name } = list[k];
      const { index } = call;
      const encoding = tidy(call.encoding);
      if (!applyNamed(encoding, kinds, path, name, context)) continue;
      const variation = finish(encoding, index, path === null ? name : `${path}: ${name}`, isLookAlike(name));
      if (variation !== null) yield variation;
    }
  }
  for (let k = 0; k < count * PATIENCE && given < count; k += 1) {
    const { encoding: original, index } = pick(eligible, random);
    const encoding = tidy(original);
    const steps = 1 + Math.floor(random() * 3);
    const names = [];
    for (let step = 0; step < steps; step += 1) names.push(applyAny(encoding, kinds, context));
    const what = names.filter((name) => name !== null).join(', ');
    const variation = what === '' ? null : finish(encoding, index, what, false);
    if (variation !== null) yield variation;
  }
}

/** Applies the change `name` at some place of `path`. */
function applyNamed(encoding, kinds, path, name, context) {
  if (path === null) return argumentChanges[name](encoding);
  const places = placesOf(encoding, kinds).get(path);
  if (places === undefined) return false;
  const place = pick(places, context.random);
  const found = changesAt(place, context.literals).find((change) => change.name === name);
  return found !== undefined && found.change(encoding, place, context) === true;
}

/** Applies any change at any place; gives its name or `null`. */
function applyAny(encoding, kinds, context) {
  const byPath = [...placesOf(encoding, kinds)];
  if (byPath.length === 0) return null;
  const [path, places] = pick(byPath, context.random);
  const place = pick(places, context.random);
  const { name, change } = pick(changesAt(place, context.literals).filter((one) => !COSTLY.has(one.name)), context.random);
  return change(encoding, place, context) === true ? `${path}: ${name}` : null;
}

module.exports = { createVariations };
