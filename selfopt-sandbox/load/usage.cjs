'use strict';

/*
 * The driver's end of the line to the server's processes (see preload.cjs): who is there, and how
 * much CPU time all of them have used so far.
 *
 * Invariants:
 *  - A reading is complete or an error: a process that ends between two readings takes its time
 *    with it, so the difference of them would be wrong.
 *  - What a process says is never trusted to be well formed, and is bounded.
 */

const fs = require('fs');
const net = require('net');
const os = require('os');
const path = require('path');

/** A process that does not answer for so long is stuck. */
const ANSWER_MS = 30000;
const MOST_CHARS = 1024;

/**
 * Opens the line.
 * @returns {Promise<{socket: string, read: () => Promise<object>, stop: () => boolean,
 *   close: () => void}>} `read` gives
 *   `{processes, maxRssBytes, since(earlier)}`; `since` is the CPU time in microseconds.
 */
async function open() {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'load-'));
  const socketPath = path.join(folder, 's');
  const known = new Map();
  let ask = 0;
  let number = 0;
  const server = net.createServer((socket) => {
    const id = number++;
    const one = { socket, waiting: null };
    known.set(id, one);
    let rest = '';
    socket.on('data', (chunk) => {
      const lines = (rest + chunk.toString('latin1')).split('\n');
      rest = lines.pop().slice(0, MOST_CHARS);
      for (const line of lines) take(one, line);
    });
    const gone = () => {
      known.delete(id);
      if (one.waiting) one.waiting.gone();
    };
    socket.on('close', gone);
    socket.on('error', () => {});
  });
  await new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(socketPath, resolve);
  });
  server.unref();

  async function read() {
    ask += 1;
    const readings = new Map();
    const asked = Array.from(known, ([id, one]) =>
      question(one, ask).then((answered) => {
        if (answered) readings.set(id, answered);
      }),
    );
    await Promise.all(asked);
    return {
      processes: readings.size,
      maxRssBytes: Math.max(0, ...Array.from(readings.values(), (one) => one.maxRssKiB * 1024)),
      readings,
      since: (earlier) => between(earlier.readings, readings),
    };
  }

  /** Asks every process to end; whether there was one. */
  function stop() {
    for (const { socket } of known.values()) socket.write('stop\n');
    return known.size > 0;
  }

  function close() {
    server.close();
    for (const { socket } of known.values()) socket.destroy();
    fs.rmdir(folder, () => {});
  }

  return { socket: socketPath, read, stop, close };
}

function question(one, ask) {
  return new Promise((resolve, reject) => {
    const done = (value) => {
      clearTimeout(timer);
      one.waiting = null;
      resolve(value);
    };
    const timer = setTimeout(() => {
      one.waiting = null;
      reject(new Error('a process of the server does not say how much CPU time it used'));
    }, ANSWER_MS);
    one.waiting = { ask, done, gone: () => done(null) };
    one.socket.write(`usage ${ask}\n`);
  });
}

function take(one, line) {
  let said;
  try {
    said = JSON.parse(line);
  } catch (_) {
    return;
  }
  const { waiting } = one;
  const isWhole = (value) => Number.isSafeInteger(value) && value >= 0;
  if (!waiting || !said || said.ask !== waiting.ask) return;
  if (isWhole(said.cpuUs) && isWhole(said.maxRssKiB)) waiting.done(said);
}

/** The CPU time between two readings of the same processes; those that came later count whole. */
function between(earlier, later) {
  let cpuUs = 0;
  for (const id of earlier.keys()) {
    if (!later.has(id)) throw new Error('a process of the server ended while it was measured');
  }
  for (const [id, one] of later) {
    const before = earlier.get(id);
    cpuUs += one.cpuUs - (before ? before.cpuUs : 0);
  }
  return cpuUs;
}

module.exports = { open };
