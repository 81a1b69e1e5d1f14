'use strict';
// Loads a bundle of one side (`base` or `candidate`) and keeps what it registers about itself: the
// targets that its `expose` lines name and the classes and functions that its `classes` lines name.
//
// Invariants: one hook a process, whatever the number of sides; each side has a registry of its own;
// loads run one after the other, so that a line that runs while a bundle loads belongs to that side;
// the hook changes nothing in what instrumented code does.

const { extname } = require('path');
const { pathToFileURL } = require('url');
const { createRegistry } = require('./registry.cjs');

const KEY = Symbol.for('selfopt.probe');
const { apply, construct, defineProperty } = Reflect;
const { get: mapGet, set: mapSet, has: mapHas } = Map.prototype;

/** The side that is being loaded, or the last one that was. */
let current = null;
/** The end of the queue of loads. */
let queue = Promise.resolve();

/** What instrumented code and the lines at the end of a bundle talk to. */
const hook = Object.freeze({
  expose(id, getter) {
    if (current !== null && typeof getter === 'function') apply(mapSet, current.getters, [id, getter]);
  },
  classes(path, classes, privateNames, functions) {
    if (current !== null) current.registry.addClasses(path, classes, privateNames || [], functions);
  },
  hit(n) {
    if (current !== null) apply(mapSet, current.hits, [n, (apply(mapGet, current.hits, [n]) || 0) + 1]);
  },
  mutant() {
    return current === null ? 0 : current.mutant;
  },
  call(id, self, args, base, newTarget) {
    return newTarget === undefined ? apply(base, self, args) : construct(base, args, newTarget);
  },
  generator(id, self, args, base) {
    return apply(base, self, args);
  },
  pair(id, self, args, base, candidate, newTarget) {
    return newTarget === undefined ? apply(base, self, args) : construct(base, args, newTarget);
  },
  wrap(id, fn, name) {
    if (name && !fn.name) defineProperty(fn, 'name', { value: name, configurable: true });
    return fn;
  },
});

/** Puts the hook where instrumented code looks for it. */
function install() {
  for (const place of [process, globalThis]) {
    if (place[KEY] === hook) continue;
    if (!defineProperty(place, KEY, { value: hook })) {
      throw new Error(
        'another selfopt hook is already installed in this process: start it without the preload (NODE_OPTIONS)'
      );
    }
  }
}

/** Runs the bundle's module, CommonJS or ESM as its extension says. */
async function run(bundlePath) {
  if (extname(bundlePath) === '.mjs') await import(pathToFileURL(bundlePath).href);
  else require(bundlePath);
}

/**
 * Loads the bundle at the absolute path `bundlePath` (`.cjs` or `.mjs`).
 *
 * `options.mutant` is the number of the mutant that is active in it (0 = none). The side has
 * `target(id)` → `{fn}`, read anew by the exposed getter at each call; `has(id)`; `registry`, the
 * project's classes by name; `hits`, a Map from the number of a reach probe to its count (kept only
 * in a process that loads a single side); it rejects with what the bundle threw.
 *
 * @param {string} bundlePath
 * @param {{mutant?: number}} [options]
 * @returns {Promise<{target: (id: number) => {fn: Function}, has: (id: number) => boolean, registry: object, hits: Map<number, number>}>}
 */
async function loadSide(bundlePath, options) {
  const side = {
    getters: new Map(),
    registry: createRegistry(),
    hits: new Map(),
    mutant: (options && options.mutant) || 0,
  };
  // Promises of ours are awaited, never handed on: handing on looks up `then`, which the bundle may
  // have replaced.
  const before = queue;
  let release;
  queue = new Promise((resolve) => {
    release = resolve;
  });
  await before;
  try {
    install();
    current = side;
    await run(bundlePath);
  } finally {
    release();
  }
  return {
    registry: side.registry,
    hits: side.hits,
    has: (id) => apply(mapHas, side.getters, [id]),
    target: (id) => target(side, id, bundlePath),
  };
}

/** The function that the side exposes under `id`. */
function target(side, id, bundlePath) {
  const getter = apply(mapGet, side.getters, [id]);
  if (getter === undefined) {
    throw new Error(`${bundlePath} exposes no function ${id}: was the exposing line appended before bundling?`);
  }
  const fn = getter();
  if (typeof fn !== 'function') {
    throw new Error(`${bundlePath} exposes ${fn === null ? 'null' : typeof fn} as function ${id}: its path names no function`);
  }
  return { fn };
}

module.exports = { loadSide };
