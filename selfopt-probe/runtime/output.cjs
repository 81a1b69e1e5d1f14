'use strict';
// Keeps what a run prints: what `console` and the project write to stdout and stderr of this process.
//
// Invariants: nothing reaches the real streams; text is kept only while the run that printed it is
// open (see deterministic.cjs), and only the first TEXT_LIMIT characters of it; installed before
// project code is loaded.

const { bytesFrom, base64: bytesText, defineProperty, slice } = require('./primordials.cjs');

const { nextTick } = process;

/** Characters of output that are kept for a run; of the rest only the number is known. */
const TEXT_LIMIT = 65536;

/** The run that is open: `{open, chunks, length}`, or null. */
let active = null;

function keep(stream, chunk) {
  if (active === null || !active.open()) return;
  const text = typeof chunk === 'string' ? chunk : bytesText(bytesFrom(chunk), 'utf8');
  const room = TEXT_LIMIT - active.length;
  active.length += text.length;
  if (room <= 0) return;
  const at = active.chunks.length;
  const last = at === 0 ? undefined : active.chunks[at - 1];
  const kept = text.length > room ? slice(text, 0, room) : text;
  if (last !== undefined && last.stream === stream) last.text += kept;
  else active.chunks[at] = { stream, text: kept };
}

/** Replaces `write` of one of the two standard streams. */
function replaceWrite(name) {
  const stream = process[name];
  defineProperty(stream, 'write', {
    value: function write(chunk, encoding, callback) {
      keep(name, chunk);
      const done = typeof encoding === 'function' ? encoding : callback;
      if (typeof done === 'function') nextTick(done);
      return true;
    },
    writable: true,
    enumerable: true,
    configurable: true,
  });
}

/** Replaces the streams' `write`, once for the process. */
function install() {
  replaceWrite('stdout');
  replaceWrite('stderr');
}

/**
 * Keeps what is printed while `open()` says yes, until `end()`.
 *
 * @param {() => boolean} open
 * @returns {{end: () => {chunks: {stream: string, text: string}[], length: number}}}
 */
function begin(open) {
  const run = { open, chunks: [], length: 0 };
  active = run;
  return {
    end() {
      if (active === run) active = null;
      return { chunks: run.chunks, length: run.length };
    },
  };
}

module.exports = { install, begin };
