'use strict';
// Two bundles of a function `f`, written by hand as a bundler and the exposing lines would leave them,
// with recorded calls of the base, for the tests of the replay.
const fs = require('fs');
const os = require('os');
const path = require('path');
const { createRegistry } = require('../registry.cjs');
const { encode } = require('../graph.cjs');
const { writeCalls } = require('../calls.cjs');
const { replay } = require('../replay.cjs');

const HOOK = '(typeof process==="object"&&process[Symbol.for("selfopt.probe")]||typeof globalThis==="object"&&globalThis[Symbol.for("selfopt.probe")])';

/** A directory that goes away with the test. */
function directory(t) {
  const made = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'replay-')));
  t.after(() => fs.rmSync(made, { recursive: true, force: true }));
  return made;
}

const listed = (names) => names.map((one) => `${one}:${one}`).join(',');

/**
 * Writes a bundle that exposes `f` as function 0 and registers `classes` and `functions`.
 * @returns {string} its path
 */
function bundle(into, name, source, classes = [], functions = []) {
  const file = path.join(into, name);
  fs.writeFileSync(file, [
    source,
    `;(function(h){h&&h.classes("src/f.js",{${listed(classes)}},[],{${listed(functions)}})})(${HOOK});`,
    `;(function(h){h&&h.expose(0,function(){return f})})(${HOOK});`,
    '',
  ].join('\n'));
  return file;
}

/** What a call gives, as a recorder would write it. */
async function outcomeOf(fn, self, args, options) {
  const written = (kind, result) => ({ kind, encoding: encode([result, self, ...args], options) });
  let result;
  try {
    result = fn.apply(self, args);
  } catch (error) {
    return written('throw', error);
  }
  if (result instanceof Promise) {
    return result.then((value) => written('resolve', value), (error) => written('reject', error));
  }
  if (result !== null && typeof result === 'object' && typeof result.next === 'function') {
    return written('yields', await sequenceOf(result));
  }
  try {
    return written('return', result);
  } catch (error) {
    return { kind: 'unobserved', reason: error.reason };
  }
}

/** What an iterator gives to a consumer that takes all of it. */
async function sequenceOf(iterator) {
  const values = [];
  try {
    for (let step = await iterator.next(); ; step = await iterator.next()) {
      if (step.done) return { values, end: 'return', value: step.value };
      values.push(step.value);
    }
  } catch (error) {
    return { values, end: 'throw', value: error };
  }
}

/** Silences the console while a base is recorded in the test's own process. */
async function quietly(run) {
  const { log, error } = console;
  console.log = () => {};
  console.error = () => {};
  try {
    return await run();
  } finally {
    console.log = log;
    console.error = error;
  }
}

/**
 * Records the inputs on the base (in this process) and replays them.
 *
 * @param {object} t the test's context
 * @param {{base: string, candidate: string, inputs: Array | ((classes: object) => Array), classes?: string[],
 *   functions?: string[], extension?: string, outcomes?: Array, request?: object}} what
 *   `inputs` are lists of arguments, or `{self, args}`; `outcomes` take the place of recorded ones
 * @returns {Promise<object>} the result of replay.cjs
 */
async function replaySides(t, what) {
  const { base, candidate, classes = [], functions = [], extension = 'cjs', request = {} } = what;
  const into = directory(t);
  const loaded = new Function('require', `${base}\n;return {f, classes: {${classes.join(',')}}, functions: {${functions.join(',')}}};`)(require);
  const registry = createRegistry();
  registry.addClasses('src/f.js', loaded.classes, [], loaded.functions);
  const inputs = typeof what.inputs === 'function' ? what.inputs({ ...loaded.classes, ...loaded.functions }) : what.inputs;
  const calls = [];
  for (const input of inputs) {
    const { self, args } = Array.isArray(input) ? { self: undefined, args: input } : input;
    const roots = encode([self, ...args], { registry });
    const outcome = what.outcomes
      ? what.outcomes[calls.length]
      : await quietly(() => outcomeOf(loaded.f, self, args, { registry }));
    calls.push({ roots, outcome, weight: 1, stratum: 's' });
  }
  const file = path.join(into, 'f.calls');
  writeCalls(file, calls);
  return replay({
    base: bundle(into, `a.${extension}`, base, classes, functions),
    candidate: bundle(into, `b.${extension}`, candidate, classes, functions),
    function: 0,
    calls: file,
    variations: 0,
    budgetMs: 60000,
    ...request,
  });
}

module.exports = { HOOK, bundle, directory, replaySides };
