'use strict';
/**
 * writer.cjs: files that one thread of one process writes while it runs.
 *
 * Names are `<pid>-<thread>[.<n>].<extension>`; `n` counts up when the name is
 * taken (a process number can come again in another namespace), so that no
 * file is ever shared or replaced. A file is made when it gets its first value.
 *
 * Invariants: what `write` returned `true` for is with the operating system,
 * whatever happens to the process; nothing throws; a write that failed is taken
 * back by the next one at its place, and after MOST_FAILURES failures in a row
 * (full or read-only disk, descriptor taken away) nothing more is written.
 */
const { openSync, writeSync, pid } = require('./captured.cjs');
const { MAGIC, frame } = require('./frames.cjs');

const MOST_NAMES = 1000;
const MOST_FAILURES = 10;

/**
 * The files of this thread in `directory`: all have one name but for the
 * extension, and whoever opens the first of them claims the name.
 * @param {string} directory
 * @returns {{open: (extension: string) => number}} `open` gives a descriptor or throws
 */
function createOutput(directory) {
  let name = null;
  function claim(extension) {
    const thread = require('worker_threads').threadId;
    for (let n = 0; ; n += 1) {
      const tried = `${directory}/${pid}-${thread}${n === 0 ? '' : `.${n}`}`;
      try {
        const fd = openSync(`${tried}.${extension}`, 'wx');
        name = tried;
        return fd;
      } catch (error) {
        if (error.code !== 'EEXIST' || n >= MOST_NAMES) throw error;
      }
    }
  }
  return {
    open: (extension) => (name === null ? claim(extension) : openSync(`${name}.${extension}`, 'wx')),
  };
}

/**
 * A file of bytes that grows at its end and may be overwritten in place.
 * @param {{open: (extension: string) => number}} output
 * @param {string} extension
 */
function createFile(output, extension) {
  let fd = -1;
  let failures = 0;
  let length = 0;

  /** Writes `bytes` at `position`, all of it, or gives `false`. */
  function put(bytes, position) {
    if (failures >= MOST_FAILURES) return false;
    try {
      if (fd === -1) fd = output.open(extension);
      let at = 0;
      while (at < bytes.length) {
        at += writeSync(fd, bytes, at, bytes.length - at, position + at);
      }
    } catch (_) {
      // No descriptor, no room, or no stack left for the call.
      failures += 1;
      return false;
    }
    failures = 0;
    if (position + bytes.length > length) length = position + bytes.length;
    return true;
  }

  return {
    append: (bytes) => put(bytes, length),
    overwrite: (bytes, position) => put(bytes, position),
    length: () => length,
    stopped: () => failures >= MOST_FAILURES,
  };
}

/**
 * A file of frames (see frames.cjs).
 * @param {{open: (extension: string) => number}} output
 * @param {string} extension
 * @returns {{write: (value: *, most?: number) => number, stopped: () => boolean}} `write` gives
 *   the bytes written: 0 when the value is larger than `most`, or could not be written
 */
function createFrameFile(output, extension) {
  const file = createFile(output, extension);
  return {
    write(value, most) {
      if (file.stopped()) return 0;
      const bytes = frame(value);
      if (most !== undefined && bytes.length > most) return 0;
      if (file.length() === 0 && !file.append(MAGIC)) return 0;
      return file.append(bytes) ? bytes.length : 0;
    },
    stopped: file.stopped,
  };
}

module.exports = { createOutput, createFile, createFrameFile };
