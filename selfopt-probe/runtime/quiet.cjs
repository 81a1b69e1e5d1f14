'use strict';
/**
 * quiet.cjs: keeps what a function prints through `console` to itself while it is
 * run once more: a test that looks at its output, or spies on `console.warn`,
 * sees the prints of the call that it made and no others.
 *
 * Invariants: the methods are as they were when the run is over, however it
 * ends; a console whose methods cannot be replaced, or that is a proxy, is left
 * alone; nothing of the project is called.
 */
const { defineProperty, getOwnPropertyDescriptor, isProxy } = require('./captured.cjs');
const { dataValue } = require('./intrinsics.cjs');

const METHODS = ['log', 'info', 'warn', 'error', 'debug', 'trace', 'dir', 'table', 'group', 'groupEnd', 'count', 'assert'];
const { deleteProperty } = Reflect;

/** Puts `method` in place; gives what undoes it, or null. */
function replace(console, name, method) {
  const own = getOwnPropertyDescriptor(console, name);
  if (own !== undefined && !own.configurable) return null;
  try {
    defineProperty(console, name, { value: method, writable: true, enumerable: true, configurable: true });
  } catch (_) {
    return null;
  }
  return own === undefined ? () => deleteProperty(console, name) : () => defineProperty(console, name, own);
}

/**
 * Runs `run` while nothing is printed through the console of a realm.
 * @param {object} global the realm's global object
 * @param {(name: string, args: Array) => void} printed is told instead
 * @param {() => *} run
 * @returns {*} what `run` gives
 */
function quietly(global, printed, run) {
  const console = dataValue(global, 'console');
  if (typeof console !== 'object' || console === null || isProxy(console)) return run();
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

module.exports = { quietly };
