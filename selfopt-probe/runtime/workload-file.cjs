'use strict';
/**
 * workload-file.cjs: a file of recorded calls as a user keeps it (`NAME.calls`):
 * calls of several functions, by the functions' names. A `.calls` file of a
 * session (calls.cjs) holds the calls of one function, by number; this one
 * outlives the session.
 *
 * Form: frames (frames.cjs): a header `{format, version, functions: [name], calls: n}`,
 * then for each call `{function: index, roots, outcome, weight, stratum}`.
 *
 * Invariant: what is read is what was written, whole, or an error says why not.
 */
const fs = require('fs');
const { MAGIC, frame, readFrames } = require('./frames.cjs');

const FORMAT = 'selfopt.workload';
const VERSION = 1;
const AGAIN = 'record it again with `selfopt workload record`';

/** Whether the value is the header of such a file. */
function isHeader(value) {
  return value !== null && typeof value === 'object' && value.format === FORMAT && value.version === VERSION
    && Array.isArray(value.functions) && value.functions.every((name) => typeof name === 'string');
}

/** Whether the value can be a call of one of `functions`. */
function isCall(value, functions) {
  return value !== null && typeof value === 'object' && value.roots !== null && typeof value.roots === 'object'
    && functions[value.function] !== undefined && typeof value.weight === 'number' && value.weight > 0
    && value.weight < Infinity && typeof value.stratum === 'string' && typeof value.outcome === 'object';
}

/**
 * @param {string} path
 * @returns {{name: string, calls: object[]}[]} the functions in the order of the file, each with its
 *   calls as calls.cjs has them
 */
function readWorkload(path) {
  let header = null;
  let functions = [];
  let seen = 0;
  const { truncated } = readFrames(path, (value) => {
    if (header === null) {
      if (!isHeader(value)) throw new Error(`it was not written by \`selfopt workload record\`, or by another version: ${AGAIN}`);
      header = value;
      functions = value.functions.map((name) => ({ name, calls: [] }));
      return;
    }
    if (!isCall(value, functions)) throw new Error(`entry ${seen + 1} of it is no call: ${AGAIN}`);
    seen += 1;
    const { roots, outcome, weight, stratum } = value;
    functions[value.function].calls.push({ roots, outcome, weight, stratum });
  });
  if (truncated || header === null || seen !== header.calls) throw new Error(`it is cut off after ${seen} calls: ${AGAIN}`);
  return functions;
}

/**
 * @param {string} path
 * @param {{name: string, calls: object[]}[]} functions
 */
function writeWorkload(path, functions) {
  const count = functions.reduce((sum, { calls }) => sum + calls.length, 0);
  const parts = [MAGIC, frame({ format: FORMAT, version: VERSION, functions: functions.map(({ name }) => name), calls: count })];
  functions.forEach(({ calls }, index) => {
    for (const { roots, outcome, weight, stratum } of calls) {
      parts.push(frame({ function: index, roots, outcome, weight, stratum }));
    }
  });
  fs.writeFileSync(path, Buffer.concat(parts));
}

module.exports = { readWorkload, writeWorkload };
