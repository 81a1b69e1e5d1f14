'use strict';
/**
 * quiet.cjs: keeps what a function prints through `console` to itself while it is
 * run once more: a test that looks at its output, or spies on `console.warn`,
 * sees the prints of the call that it made and no others.
 *
 * An async run goes on while the test does: what it prints is told from what the
 * test prints by the context that its promises carry.
 *
 * Invariants: the methods are as they were when the run is over, however it
 * ends, unless the test replaced them meanwhile, which then stays; a console
 * whose methods cannot be replaced, or that is a proxy, is left alone; nothing of
 * the project is called but, for its own prints, the method that was there.
 */
const { AsyncLocalStorage } = require('async_hooks');
const { apply, defineProperty, getOwnPropertyDescriptor, isProxy } = require('./captured.cjs');
const { dataValue } = require('./intrinsics.cjs');
const { mapGet, mapSet, SafeMap } = require('./primordials.cjs');

const METHODS = ['log', 'info', 'warn', 'error', 'debug', 'trace', 'dir', 'table', 'group', 'groupEnd', 'count', 'assert'];
const { deleteProperty } = Reflect;

/** Made when it is first needed: promises cost more once there is one. */
let contexts = null;
/** By console: how many async runs are under way, and what puts its methods back. */
const open = new SafeMap();

/** Puts `method` in place; gives what undoes it where it still stands, or null. */
function replace(console, name, method) {
  const own = getOwnPropertyDescriptor(console, name);
  if (own !== undefined && !own.configurable) return null;
  try {
    defineProperty(console, name, { value: method, writable: true, enumerable: true, configurable: true });
  } catch (_) {
    return null;
  }
  return () => {
    if (dataValue(console, name) !== method) return;
    if (own === undefined) deleteProperty(console, name);
    else defineProperty(console, name, own);
  };
}

function consoleOf(global) {
  const console = dataValue(global, 'console');
  return typeof console !== 'object' || console === null || isProxy(console) ? null : console;
}

/**
 * Runs `run` while nothing is printed through the console of a realm.
 * @param {object} global the realm's global object
 * @param {(name: string, args: Array) => void} printed is told instead
 * @param {() => *} run
 * @returns {*} what `run` gives
 */
function quietly(global, printed, run) {
  const console = consoleOf(global);
  if (console === null) return run();
  const undo = [];
  for (let i = 0; i < METHODS.length; i += 1) {
    const name = METHODS[i];
    undo[i] = replace(console, name, (...args) => printed(name, args));
  }
  try {
    return run();
  } finally {
    for (let i = 0; i < undo.length; i += 1) if (undo[i] !== null) undo[i]();
  }
}

/** Puts methods in place that look from which run a print comes. */
function divert(console) {
  const undo = [];
  for (let i = 0; i < METHODS.length; i += 1) {
    const name = METHODS[i];
    const before = dataValue(console, name);
    if (typeof before !== 'function') continue;
    const undone = replace(console, name, function print(...args) {
      const printed = contexts.getStore();
      return printed === undefined ? apply(before, this, args) : printed(name, args);
    });
    if (undone !== null) undo[undo.length] = undone;
  }
  return undo;
}

/**
 * Runs `run`, and what it starts, while nothing that these print gets to the console of a realm.
 * @param {object} global the realm's global object
 * @param {(name: string, args: Array) => void} printed is told instead
 * @param {() => *} run
 * @returns {{value: *, end: () => void}} what `run` gives; `end` is to be called once when it is over
 */
function quietlyLater(global, printed, run) {
  const console = consoleOf(global);
  if (console === null) return { value: run(), end() {} };
  if (contexts === null) contexts = new AsyncLocalStorage();
  let held = mapGet(open, console);
  if (held === undefined) {
    held = { runs: 0, undo: [] };
    mapSet(open, console, held);
  }
  if (held.runs === 0) held.undo = divert(console);
  held.runs += 1;
  const end = () => {
    held.runs -= 1;
    if (held.runs > 0) return;
    for (let i = 0; i < held.undo.length; i += 1) held.undo[i]();
    held.undo = [];
  };
  try {
    return { value: contexts.run(printed, run), end };
  } catch (error) {
    end();
    throw error;
  }
}

module.exports = { quietly, quietlyLater };
