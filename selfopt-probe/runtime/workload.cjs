'use strict';
/**
 * workload.cjs: reads a workload file of the user and writes the calls of the
 * functions that are asked for, as a recording would have left them.
 *
 *   node workload.cjs REQUEST.json
 *   {"result": FILE, "module": BUNDLE | null, "recorded": FILE | null,
 *    "functions": [{"id": 0, "name": "src/a.js:f", "rest": null}], "folder": DIR, "name": "file-1",
 *    "budgetMs": 30000, "limits": {"calls": 1000, "bytesPerCall": n, "bytes": n}?}
 *   → {"error": {"what", "hint"} | null, "names": [NAME],
 *      "functions": [{"id", "seen", "kept", "withThis", "elements": {"min", "median", "max"},
 *                     "sets": [NAME], "cut": [NAME]}]}
 *
 * The file is a module, bundled with the lines that register the project's
 * classes, or one of recorded calls (workload-file.cjs). `names` are all
 * functions that it has inputs for; the calls of those that are asked for are in
 * `<folder>/<name>-<id>.calls`, with the set that each is of as its stratum.
 * `sets` are those of a module, none of a recording. `cut` names sets with more calls than are taken. What a module may export is
 * described at `setsOf` and workload-inputs.cjs.
 *
 * Invariants: what cannot be used is an `error` that names the export, never a
 * call fewer; a value is copied when it is given, before its generator goes on.
 */
const path = require('path');
const { pathToFileURL } = require('url');
const { encode, sizes } = require('./graph.cjs');
const { loadSide } = require('./load.cjs');
const { writeCalls } = require('./calls.cjs');
const { elementsOf } = require('./grow.cjs');
const { spreadOf } = require('./spread.cjs');
const { readWorkload } = require('./workload-file.cjs');
const { withRest } = require('./rest.cjs');
const { WorkloadError, callOf, items, inTime } = require('./workload-inputs.cjs');
const { isAmount, isCount, isText, script } = require('./script.cjs');

/** Calls of one set, bytes of one call, bytes of one function's calls, values in a call. */
const LIMITS = { calls: 1000, bytesPerCall: 8 * 1024 * 1024, bytes: 48 * 1024 * 1024, nodes: 500000 };
const EXAMPLE = 'export const workloads = { "src/a.js:f": { large: [[firstArgument, secondArgument]] } }';

const isObject = (value) => value !== null && typeof value === 'object' && !Array.isArray(value);

/** The message of whatever was thrown, on one line. */
function messageOf(error) {
  try {
    const text = error !== null && typeof error === 'object' && typeof error.message === 'string' ? error.message : `${error}`;
    return text.split('\n')[0].slice(0, 500);
  } catch (_) {
    return 'an error that cannot be printed';
  }
}

/**
 * The exported sets by function: `workloads`, or `default`, which may be what
 * `require` gives of a CommonJS file.
 */
function exportedOf(namespace) {
  const fallback = namespace.default;
  const found = namespace.workloads !== undefined ? namespace.workloads
    : isObject(fallback) && isObject(fallback.workloads) ? fallback.workloads : fallback;
  if (!isObject(found) || Object.keys(found).length === 0) {
    throw new WorkloadError('it exports no `workloads`', `export sets of inputs by function: \`${EXAMPLE}\``);
  }
  return found;
}

/** The named sets of one function: a list, or a function that gives one or is a generator. */
function setsOf(exported, name) {
  const sets = exported[name];
  if (!isObject(sets) || Object.keys(sets).length === 0) {
    throw new WorkloadError(`its export \`workloads["${name}"]\` has no named set of inputs`, `name each set: \`${EXAMPLE}\``);
  }
  return Object.keys(sets).map((set) => ({ set, where: `workloads["${name}"].${set}`, value: sets[set] }));
}

/** What is to be done about a value that cannot be copied. */
function hintOf(reason) {
  if (/^class-instance|^private-state/.test(reason)) {
    return 'make the instance with the class of the project\'s own source file, not of a package or a build; instances with private fields cannot be copied';
  }
  return reason === 'too-large' ? 'make the inputs smaller' : 'use data alone: functions, promises and handles cannot be copied';
}

/** One call, copied. */
function copied(call, where, index, registry, limits) {
  const names = ['this', ...call.args.map((_, i) => `args[${i}]`)];
  try {
    const roots = encode([call.self, ...call.args], {
      registry, mode: 'data', maxBytes: limits.bytesPerCall, maxNodes: limits.nodes, names,
    });
    return { roots, outcome: null, weight: 1 };
  } catch (error) {
    if (error === null || typeof error !== 'object' || typeof error.reason !== 'string') throw error;
    throw new WorkloadError(`call ${index} of its export \`${where}\` cannot be copied: ${error.reason} at ${error.path}`, hintOf(error.reason));
  }
}

/** The calls of one set. */
async function callsOf({ set, where, value }, registry, limits, deadline) {
  const calls = [];
  let withThis = 0;
  let cut = false;
  try {
    for await (const item of items(value, where, deadline)) {
      if (calls.length === limits.calls) {
        cut = true;
        break;
      }
      const call = callOf(item, where, calls.length);
      if (call.self !== undefined) withThis += 1;
      calls.push({ ...copied(call, where, calls.length, registry, limits), stratum: set });
    }
  } catch (error) {
    if (error instanceof WorkloadError) throw error;
    throw new WorkloadError(`its export \`${where}\` throws: ${messageOf(error)}`, 'make it run through on a fresh clone, after the install');
  }
  if (calls.length === 0) throw new WorkloadError(`its export \`${where}\` is empty`, 'give it at least one call, or take it out');
  return { calls, withThis, cut };
}

/** What a module exports, read function by function. */
async function fromModule({ module, budgetMs }) {
  const deadline = Date.now() + budgetMs;
  let side;
  let namespace;
  try {
    side = await inTime(loadSide(module), 'it', deadline);
    namespace = await import(pathToFileURL(module).href);
  } catch (error) {
    if (error instanceof WorkloadError) throw error;
    throw new WorkloadError(`it throws while it loads: ${messageOf(error)}`, 'make it load on a fresh clone, after the install and before a build');
  }
  const exported = exportedOf(namespace.exported || namespace);
  return {
    names: Object.keys(exported),
    async take(name, limits) {
      const calls = [];
      const sets = [];
      const cut = [];
      let withThis = 0;
      for (const one of setsOf(exported, name)) {
        const taken = await callsOf(one, side.registry, limits, deadline);
        for (const call of taken.calls) calls.push(call);
        sets.push(one.set);
        withThis += taken.withThis;
        if (taken.cut) cut.push(one.set);
      }
      return { calls, sets, cut, withThis };
    },
  };
}

/** What was recorded. */
async function fromRecorded({ recorded }) {
  let functions;
  try {
    functions = readWorkload(recorded);
  } catch (error) {
    throw new WorkloadError(messageOf(error).replace(`${recorded}: `, ''), 'record it again with `selfopt workload record`');
  }
  return {
    names: functions.map(({ name }) => name),
    async take(name) {
      const { calls } = functions.find((one) => one.name === name);
      if (calls.length === 0) throw new WorkloadError(`it holds no call of \`${name}\``, 'record it again with `selfopt workload record`');
      // All of them were recorded by one run: the strata are no sets of the user.
      return { calls: calls.map((call) => ({ ...call, stratum: 'recorded' })), sets: [], cut: [], withThis: calls.length };
    },
  };
}

/**
 * @param {object} request see the header
 * @returns {Promise<object>}
 */
async function workload(request) {
  const limits = { ...LIMITS, ...request.limits };
  try {
    const source = request.module ? await fromModule(request) : await fromRecorded(request);
    const functions = [];
    for (const { id, name, rest } of request.functions.filter((one) => source.names.includes(one.name))) {
      const { calls, sets, cut, withThis } = await source.take(name, limits);
      for (const { roots } of calls) withRest(roots, rest);
      const bytes = calls.reduce((sum, { roots }) => sum + sizes(roots).bytes, 0);
      if (bytes > limits.bytes) {
        throw new WorkloadError(`its inputs for \`${name}\` take ${bytes >> 20} MB`, `make fewer or smaller ones: up to ${limits.bytes >> 20} MB are taken`);
      }
      writeCalls(path.join(request.folder, `${request.name}-${id}.calls`), calls);
      const seen = Math.round(calls.reduce((sum, { weight }) => sum + weight, 0));
      const elements = spreadOf(calls.map(({ roots, weight }) => ({ elements: elementsOf(roots), weight })));
      functions.push({ id, seen, kept: calls.length, withThis, elements, sets, cut });
    }
    return { error: null, names: source.names, functions };
  } catch (error) {
    if (!(error instanceof WorkloadError)) throw error;
    return { error: { what: error.message, hint: error.hint }, names: [], functions: [] };
  }
}

const isAbsentOr = (is) => (value) => value === undefined || value === null || is(value);
const isFunctions = (value) => Array.isArray(value) && value.every((one) => isObject(one) && isCount(one.id) && isText(one.name)
  && isAbsentOr(isCount)(one.rest));

if (require.main === module) {
  script('workload', [
    ['result', isText, 'a path'],
    ['module', isAbsentOr(isText), 'null or the path of a bundle'],
    ['recorded', isAbsentOr(isText), 'null or the path of a file of recorded calls'],
    ['functions', isFunctions, 'a list of {"id", "name", "rest"?}'],
    ['folder', isText, 'a path'],
    ['name', isText, 'a name'],
    ['budgetMs', isAmount, 'a number above 0'],
  ], workload).then(() => process.exit());
}

module.exports = { LIMITS, workload };
