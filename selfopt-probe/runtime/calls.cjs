'use strict';
/**
 * calls.cjs: the one reader and writer of a workload's calls of one function
 * (a `.calls` file), made by collect.cjs and the workload loader, read by
 * replay.cjs and worker.cjs.
 *
 * A call is `{roots, outcome, weight, stratum}`:
 * - `roots`: encoding of `[self, ...args]` as they were before the call;
 * - `outcome`: `null` when it was not seen (the program ended, the promise never
 *   settled), else `{kind, encoding}` or `{kind: "unobserved", reason}`.
 *   `kind` is `return`, `throw`, `resolve`, `reject` or `yields`, and
 *   `encoding` is that of `[result, self, ...args]` after the call, encoded
 *   together. For `yields` the result is
 *   `{values: [...], end: "return"|"throw"|"left"|"bound", value}`: the first
 *   YIELDS_BOUND values at most; `left` when the consumer stopped early;
 * - `weight`: how many calls of the program this one stands for (> 0);
 * - `stratum`: the class of calls that it was drawn from (shape and size).
 *
 * Invariant: `readCalls` gives back what `writeCalls` was given, in its order,
 * or throws; a file that is cut off or from another version is an error.
 */
const fs = require('fs');
const { MAGIC, frame, readFrames } = require('./frames.cjs');
const { sharesOfCalls } = require('./repeats.cjs');

const { openSync, writeSync, closeSync, renameSync, unlinkSync } = fs;

const VERSION = 1;
const FORMAT = 'selfopt.calls';
/** How many values of a generator an outcome holds at most. */
const YIELDS_BOUND = 1000;

/**
 * Gives the header.
 * @param {string} path
 * @param {(call: {roots: object, outcome: object|null, weight: number, stratum: string}) => void} visit
 */
function eachCall(path, visit) {
  let header = null;
  let seen = 0;
  const { truncated } = readFrames(path, (value) => {
    if (header === null) {
      if (!value || value.format !== FORMAT || value.version !== VERSION) {
        throw new Error(`${path}: calls of another version; record them again`);
      }
      header = value;
      return;
    }
    seen += 1;
    visit(value);
  });
  if (truncated || header === null || seen !== header.calls) {
    throw new Error(`${path}: cut off after ${seen} calls; record them again`);
  }
  return header;
}

/**
 * All calls of the file, and how often the program brought new values, as repeats.cjs has it: by what
 * was counted where they were recorded, else by the calls themselves.
 * @param {string} path
 * @returns {{calls: object[], shares: {values: number[], objects: number[]}}}
 */
function readShares(path) {
  const calls = [];
  const { shares } = eachCall(path, (call) => calls.push(call));
  return { calls, shares: shares || sharesOfCalls(calls) };
}

/**
 * All calls of the file.
 * @param {string} path
 * @returns {{roots: object, outcome: object|null, weight: number, stratum: string}[]}
 */
function readCalls(path) {
  const calls = [];
  eachCall(path, (call) => calls.push(call));
  return calls;
}

/** Writes all of `bytes`, whatever the system takes at once. */
function writeAll(fd, bytes) {
  let at = 0;
  while (at < bytes.length) at += writeSync(fd, bytes, at, bytes.length - at);
}

/**
 * Writes the calls to `path`, which then holds all of them or is as it was.
 * @param {string} path
 * @param {{roots: object, outcome: object|null, weight: number, stratum: string}[]} calls
 * @param {{values: number[], objects: number[]}} [shares] of repeats.cjs
 */
function writeCalls(path, calls, shares) {
  const temporary = `${path}.tmp-${process.pid}`;
  const fd = openSync(temporary, 'w');
  try {
    try {
      writeAll(fd, MAGIC);
      writeAll(fd, frame({ format: FORMAT, version: VERSION, calls: calls.length, shares }));
      for (const { roots, outcome, weight, stratum } of calls) {
        writeAll(fd, frame({ roots, outcome, weight, stratum }));
      }
    } finally {
      closeSync(fd);
    }
    renameSync(temporary, path);
  } catch (error) {
    unlinkSync(temporary);
    throw error;
  }
}

module.exports = { YIELDS_BOUND, readCalls, readShares, writeCalls };
