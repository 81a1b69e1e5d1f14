'use strict';
/**
 * lockstep-side.cjs: the driver's end of a worker process (worker.cjs) and the token that
 * goes around between the workers.
 *
 * The token is one line of JSON on the worker's descriptor 3; the worker's answer
 * is one line on its descriptor 4. A worker without the token sits in a blocking
 * read, so that not even its timers run.
 *
 * Invariants: at most one worker of a `Turn` holds the token, also while it
 * starts; an answer counts only with the number that its worker was given at
 * the start, which project code does not see; a worker that breaks the protocol,
 * ends or outlasts its deadline becomes a `SideFailure` and is ended; `close`
 * leaves no process behind.
 */
const { spawn } = require('child_process');
const { randomBytes } = require('crypto');
const path = require('path');

/** The longest answer that is read. */
const MAX_LINE = 64 * 1024 * 1024;
/** Time must be left for what follows; below this nothing is started any more. */
const LEAST_MS = 1;

/** What a worker could not do, and why, in kebab-case; `detail` is for people. */
class SideFailure extends Error {
  constructor(side, reason, detail) {
    super(`${side}: ${reason}${detail ? `: ${detail}` : ''}`);
    this.side = side;
    this.reason = reason;
    this.detail = detail || '';
  }
}

/** The token and the time that is left for all that is done with it. */
class Turn {
  /** @param {number} timeoutMs for the whole life of the workers */
  constructor(timeoutMs) {
    this.deadline = process.hrtime.bigint() + BigInt(Math.round(timeoutMs * 1e6));
    this.holder = null;
  }

  /** @returns {number} milliseconds until the deadline, 0 when it has passed */
  leftMs() {
    return Math.max(0, Number(this.deadline - process.hrtime.bigint()) / 1e6);
  }

  take(name) {
    if (this.holder !== null) throw new Error(`${name} was asked while ${this.holder} holds the token`);
    this.holder = name;
  }

  give() {
    this.holder = null;
  }
}

/** One worker process. */
class Side {
  /**
   * @param {string} name `base` or `candidate`
   * @param {Turn} turn shared by all workers of a driver
   * @param {{flags: string[]}} options flags of Node
   */
  constructor(name, turn, { flags }) {
    this.name = name;
    this.turn = turn;
    this.flags = flags;
    this.child = null;
    this.secret = randomBytes(16).toString('hex');
    this.pending = null;
    this.chunks = [];
    this.length = 0;
    this.ended = null;
  }

  /** Starts the process; the first `ask` waits until it has come up. */
  start() {
    const env = { ...process.env };
    delete env.SELFOPT_PROBE;
    const child = spawn(process.execPath, [...this.flags, path.join(__dirname, 'worker.cjs')], {
      env,
      stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'],
    });
    this.child = child;
    child.on('error', (error) => this.end('cannot-start', error.message));
    child.on('exit', (code, signal) => {
      this.end('ended', signal ? `ended by ${signal}` : `ended with exit code ${code}`);
    });
    // A worker that has ended is reported by its exit, not by the broken pipe.
    child.stdio[3].on('error', () => undefined);
    child.stdio[4].on('error', () => undefined);
    child.stdio[4].on('data', (chunk) => this.read(chunk));
  }

  /**
   * Gives the token to the worker and waits for the answer that gives it back.
   * @param {object} message what to do: `{do: "load"|"probe"|...}`
   * @returns {Promise<object>} the answer
   * @throws {SideFailure}
   */
  ask(message) {
    return new Promise((resolve, reject) => {
      this.turn.take(this.name);
      const settle = (fn) => (value) => {
        clearTimeout(timer);
        this.pending = null;
        this.turn.give();
        fn(value);
      };
      const left = this.turn.leftMs();
      const timer = setTimeout(() => this.end('timeout', `no answer to "${message.do}" before the time was up`), left);
      this.pending = { resolve: settle(resolve), reject: settle(reject) };
      if (this.ended !== null) {
        this.pending.reject(this.ended);
        return;
      }
      if (left < LEAST_MS) {
        this.end('timeout', `no time was left for "${message.do}"`);
        return;
      }
      if (this.child === null) this.start();
      this.child.stdio[3].write(`${JSON.stringify(message)}\n`);
    });
  }

  /** Takes bytes of an answer. */
  read(chunk) {
    if (this.pending === null) {
      this.end('protocol', 'the process wrote without being asked');
      return;
    }
    this.chunks.push(chunk);
    this.length += chunk.length;
    if (this.length > MAX_LINE) {
      this.end('protocol', 'the answer is too long');
      return;
    }
    if (chunk[chunk.length - 1] !== 10) return;
    const line = Buffer.concat(this.chunks).toString('utf8');
    this.chunks = [];
    this.length = 0;
    this.answer(line);
  }

  /** Takes a whole answer. */
  answer(line) {
    let answer;
    try {
      answer = JSON.parse(line);
    } catch (_) {
      answer = null;
    }
    if (answer === null || typeof answer !== 'object' || answer.secret !== this.secret) {
      this.end('protocol', 'the answer was not written by the worker');
    } else if (typeof answer.failed === 'string') {
      this.end(answer.failed, answer.detail);
    } else {
      this.pending.resolve(answer);
    }
  }

  /** Ends the process, for a reason; the first one stays. */
  end(reason, detail) {
    if (this.ended === null) this.ended = new SideFailure(this.name, reason, detail);
    if (this.child !== null) this.child.kill('SIGKILL');
    if (this.pending !== null) this.pending.reject(this.ended);
  }

  /** Ends the process and waits until it is gone. */
  async close() {
    const { child } = this;
    if (child === null || child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
    const gone = new Promise((resolve) => child.once('exit', resolve));
    this.end('closed', '');
    await gone;
  }
}

module.exports = { Side, SideFailure, Turn };
