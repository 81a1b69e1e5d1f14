'use strict';
/**
 * counts.cjs: named numbers that are on disk while the process runs.
 *
 * A `.counts` file is a row of records of RECORD bytes, one a counter: its value
 * (64-bit float), the number it belongs to (32 bits: a function or a probe),
 * the length of its name (16 bits) and the name. A value is written over in
 * place, so the file does not grow with the calls, and still takes new values
 * on a disk that has become full.
 *
 * Invariants: the first EXACT changes of a counter are written at once, later
 * ones at least whenever it grew by 1/SLACK, and all of it when the process
 * exits in good order: a killed process loses at most that share of a count.
 * Nothing throws.
 */
const { onExit, readFileSync } = require('./captured.cjs');
const { createFile } = require('./writer.cjs');

const RECORD = 128;
const NAME_AT = 14;
const NAME_BYTES = RECORD - NAME_AT;
const EXACT = 1024;
const SLACK = 256;
/** How many different names one number may have; the others are added up as `more`. */
const MOST_NAMES = 2000;

/**
 * @param {{open: (extension: string) => number}} output the thread's files (writer.cjs)
 * @returns {{add: (id: number, name: string, by?: number) => void, counter: Function, stopped: () => boolean}}
 */
function createCounts(output) {
  const file = createFile(output, 'counts');
  const value = Buffer.alloc(8);
  const all = [];
  /** For each id an object without prototype: name to counter. */
  const named = Object.create(null);
  let listens = false;

  /** Writes the value, with the record around it when that is not on disk yet. */
  function flush(counter) {
    const bytes = counter.record === null ? value : counter.record;
    bytes.writeDoubleLE(counter.n, 0);
    if (!file.overwrite(bytes, counter.at)) return;
    counter.record = null;
    counter.written = counter.n;
    counter.changes += 1;
  }

  function flushAll() {
    for (let i = 0; i < all.length; i += 1) if (all[i].written !== all[i].n) flush(all[i]);
  }

  function define(id, name) {
    const record = Buffer.alloc(RECORD);
    record.writeUInt32LE(id, 8);
    record.writeUInt16LE(record.write(name, NAME_AT, NAME_BYTES, 'utf8'), 12);
    const counter = { n: 0, written: 0, changes: 0, at: all.length * RECORD, record };
    flush(counter);
    all[all.length] = counter;
    return counter;
  }

  /** The counter of that name, made when there is none. */
  function counter(id, name) {
    let names = named[id];
    if (names === undefined) {
      names = { of: Object.create(null), size: 0 };
      named[id] = names;
    }
    let found = names.of[name];
    if (found === undefined) {
      if (names.size >= MOST_NAMES && name !== 'more') return counter(id, 'more');
      found = define(id, name);
      names.of[name] = found;
      names.size += 1;
    }
    return found;
  }

  function bump(found, by) {
    found.n += by === undefined ? 1 : by;
    if (found.changes < EXACT || found.n >= found.written * (1 + 1 / SLACK)) {
      flush(found);
    } else if (!listens) {
      listens = true;
      onExit(flushAll);
    }
  }

  return {
    counter,
    bump,
    add: (id, name, by) => bump(counter(id, name), by),
    stopped: file.stopped,
  };
}

/**
 * The counters of a file; what does not follow the form ends the reading.
 * @param {string} path
 * @returns {{id: number, name: string, n: number}[]}
 */
function readCounts(path) {
  const data = readFileSync(path);
  const counts = [];
  for (let at = 0; at + RECORD <= data.length; at += RECORD) {
    const length = data.readUInt16LE(at + 12);
    const n = data.readDoubleLE(at);
    if (length > NAME_BYTES || !Number.isFinite(n) || n < 0) break;
    if (length === 0) continue; // Never written, because the disk did not take it.
    const name = data.toString('utf8', at + NAME_AT, at + NAME_AT + length);
    counts.push({ id: data.readUInt32LE(at + 8), name, n });
  }
  return counts;
}

module.exports = { createCounts, readCounts };
