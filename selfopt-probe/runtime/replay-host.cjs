'use strict';
// The other end of replay-side.cjs: starts the process of one side, hands it calls, and ends it when a
// call takes too much.
//
// Invariants: no code of the project runs in this process; `run` always answers, also when the side
// hangs (`hang`), ends (`exit`), waits too long (`timeout`) or breaks the protocol (`broken`); after one
// of these the side is gone; `stop` leaves no process behind.

const { spawn } = require('child_process');
const { randomBytes } = require('crypto');
const { readFileSync } = require('fs');
const { join } = require('path');
const { deserialize } = require('v8');
const { frame } = require('./frames.cjs');

/** Milliseconds that a run may wait without using the CPU, and that a load may take. */
const WAIT_LIMIT_MS = 10000;
const LOAD_LIMIT_MS = 60000;
/** Milliseconds in which the channel of a process that ended is read to its end. */
const CLOSE_LIMIT_MS = 2000;
/** How often a running side is looked at, and the longest answer that is read. */
const LOOK_MS = 50;
const ANSWER_LIMIT = 268435456;
/** Clock ticks of /proc a second: 100 on every Linux that Node runs on. */
const TICK_MS = 10;

/** Milliseconds of CPU that a process has used; `null` where the system does not tell. */
function cpuMsOf(pid) {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return (Number(fields[11]) + Number(fields[12])) * TICK_MS;
  } catch (_) {
    return null;
  }
}

/** The environment without what would make the process another one than ours. */
function environment() {
  const env = { ...process.env };
  delete env.SELFOPT_PROBE;
  delete env.NODE_V8_COVERAGE;
  return env;
}

/**
 * Starts a side and loads its bundle; throws an `Error` that says why it could not be loaded.
 *
 * @param {{bundle: string, function: number, seed: number, mutant?: number}} what
 * @returns {Promise<{run: (request: {input: Buffer, take?: number, rewrites?: boolean, keeps?: boolean, cpuMs: number}) => Promise<object>,
 *   stop: () => Promise<void>, gone: () => boolean}>}
 *   `run` gives `{gone, cpuUs, bytes, read(), forget()}`: `gone` is null or says how the side ended, `bytes`
 *   are equal for most equal outcomes, `read()` gives the outcome, or, without one, what `gone` is
 */
async function startSide(what) {
  const child = spawn(process.execPath, [join(__dirname, 'replay-side.cjs')], {
    stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'],
    env: environment(),
  });
  const secret = randomBytes(16).toString('hex');
  let ended = null;
  let waiting = null;
  let runs = 0;
  const closed = new Promise((resolve) => {
    const end = (code, signal) => {
      if (ended === null) ended = { kind: 'exit', code, signal };
      settle(ended);
      resolve();
    };
    child.on('error', () => end(null, null));
    // `close` comes after the last answer was read, but not while a process that the project started
    // holds the channel open.
    let late = null;
    child.on('exit', (code, signal) => {
      late = setTimeout(() => end(code, signal), CLOSE_LIMIT_MS);
    });
    child.on('close', (code, signal) => {
      clearTimeout(late);
      end(code, signal);
    });
  });

  /** Answers the request that is under way. */
  function settle(answer) {
    if (waiting === null) return;
    const { resolve } = waiting;
    clearInterval(waiting.timer);
    waiting = null;
    resolve(answer);
  }

  /** Ends the process; the request under way is answered with `word`. */
  function end(word) {
    if (ended === null) ended = { kind: word, code: null, signal: null };
    child.kill('SIGKILL');
  }

  readAnswers(child.stdio[4], (value) => {
    if (value === null || typeof value !== 'object' || value.secret !== secret || waiting === null) end('broken');
    else settle({ kind: 'answer', value });
  }, () => end('broken'));
  child.stdio[3].on('error', () => {
    // The process is gone; `close` says how.
  });

  /** Sends one request and waits for its answer within its limits. */
  function ask(messages, cpuLimit, waitLimit) {
    if (ended !== null) return Promise.resolve(ended);
    return new Promise((resolve) => {
      const cpuStart = cpuMsOf(child.pid);
      const start = process.hrtime();
      const timer = setInterval(() => {
        const cpu = cpuStart === null ? null : cpuMsOf(child.pid);
        const [seconds, nanoseconds] = process.hrtime(start);
        const waited = seconds * 1000 + nanoseconds / 1e6;
        if (cpu !== null && cpu - cpuStart > cpuLimit) end('hang');
        // Without a clock of its CPU time, a side that is silent for so long counts as hanging.
        else if (waited > waitLimit && (cpu === null || cpu - cpuStart < waited / 10)) {
          end(cpu === null ? 'hang' : 'timeout');
        } else if (waited > 6 * waitLimit) end('timeout');
      }, LOOK_MS);
      waiting = { resolve, timer };
      for (const message of messages) child.stdio[3].write(message);
    });
  }

  async function stop() {
    child.kill('SIGKILL');
    await closed;
    child.stdio[3].destroy();
    child.stdio[4].destroy();
  }

  const loaded = await ask([frame({ ...what, secret })], LOAD_LIMIT_MS, LOAD_LIMIT_MS);
  if (loaded.kind !== 'answer' || loaded.value.failure !== null) {
    await stop();
    const why = loaded.kind === 'answer' ? loaded.value.failure : describe(loaded);
    throw new Error(`the bundle ${what.bundle} does not load: ${why}`);
  }
  return {
    async run({ input, take, rewrites, keeps, cpuMs }) {
      runs += 1;
      const answer = await ask([frame({ take, rewrites, keeps, number: runs }), input], cpuMs, WAIT_LIMIT_MS);
      return answer.kind === 'answer' ? outcomeOf(answer.value) : { gone: answer, cpuUs: 0, bytes: null, read: () => answer };
    },
    stop,
    gone: () => ended !== null,
  };
}

/** An outcome that is read when it is needed. */
function outcomeOf({ outcome, cpuUs }) {
  let value = null;
  return {
    gone: null,
    cpuUs: typeof cpuUs === 'number' ? cpuUs : 0,
    bytes: Buffer.from(outcome.buffer, outcome.byteOffset, outcome.byteLength),
    read() {
      if (value === null) value = deserialize(this.bytes);
      return value;
    },
    forget() {
      value = null;
    },
  };
}

/**
 * An input as `run` takes it: made once, sent often.
 *
 * @param {object} roots an encoding of `[this, ...args]`
 * @returns {Buffer}
 */
function inputOf(roots) {
  return frame(roots);
}

/** Calls `visit` with each value of a stream of frames, `broken` when it is none. */
function readAnswers(stream, visit, broken) {
  let parts = [];
  let size = 0;
  let need = 4;
  let inBody = false;
  stream.on('error', broken);
  stream.on('data', (chunk) => {
    parts.push(chunk);
    size += chunk.length;
    while (size >= need) {
      const all = parts.length === 1 ? parts[0] : Buffer.concat(parts);
      const piece = all.subarray(0, need);
      parts = [all.subarray(need)];
      size -= need;
      if (!inBody) {
        need = piece.readUInt32LE(0);
        inBody = true;
        if (need > ANSWER_LIMIT) return broken();
        continue;
      }
      need = 4;
      inBody = false;
      let value;
      try {
        value = deserialize(piece);
      } catch (_) {
        return broken();
      }
      visit(value);
    }
    return undefined;
  });
}

/** A side's end in words. */
function describe(ending) {
  switch (ending.kind) {
    case 'hang': return 'it used more CPU time than a run may take and was ended';
    case 'timeout': return 'it did not answer in time and was ended';
    case 'broken': return 'it broke the protocol and was ended';
    default:
      return ending.signal ? `the process was ended by ${ending.signal}` : `the process ended with exit code ${ending.code}`;
  }
}

module.exports = { startSide, inputOf, describe };
