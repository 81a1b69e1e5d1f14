'use strict';
/**
 * worker.cjs: the process of one side of a lock-step pair. It loads the side's
 * bundle and does what the driver asks for, one thing at a time (see the table
 * `verbs`). A request is a line of JSON on descriptor 3, its answer one on
 * descriptor 4; which is the token that the driver lets go around (lockstep-side.cjs).
 *
 * Invariants: without the token the process sits in a blocking read, so that
 * not even its timers run; what is used after project code was loaded was
 * captured before; clocks enclose the calls and nothing else; no collection of
 * garbage is forced.
 */
const fs = require('fs');
const { PerformanceObserver } = require('perf_hooks');
const { apply, ownKeys } = require('./primordials.cjs');
const { readInputs } = require('./timed-inputs.cjs');
const { firstOutcome } = require('./timed-outcome.cjs');
const { createBlocks } = require('./timed-blocks.cjs');
const { isLanguageIntact } = require('./timed-loop.cjs');
const { loadSide } = require('./load.cjs');
const { createTemplates, createUnrepeated } = require('./unrepeated.cjs');
const { createTracer } = require('./tracing.cjs');

const { readSync, writeSync } = fs;
const { parse, stringify } = JSON;
const { cpuUsage, exit, hrtime, on, resourceUsage } = process;
const now = hrtime.bigint;
const NumberOf = Number;
const { min } = Math;
const BytesOf = Buffer;
const { from } = Buffer;
const { toString: bytesText } = Buffer.prototype;
const turn = setImmediate;
const PromiseOf = Promise;

const IN = 3;
const OUT = 4;
/** An iteration of the warm-up that is cheaper than this is made longer. */
const LEAST_ITERATION_US = 2000;
/** Warm-up ends when preparing its inputs has cost this many times what it was to cost itself. */
const PREPARING_SHARE = 4;

let secret = '';
/** What `load` made: the calls, the function, the blocks. */
let state = null;

/** A failure that the driver is told, with its reason in kebab-case. */
function failure(reason, detail) {
  return { reason, detail };
}

/** What an error says, whatever it is, on one line. */
function textOf(error) {
  try {
    const text = typeof error === 'object' && error !== null && typeof error.message === 'string' ? error.message : `${error}`;
    let line = '';
    for (let i = 0; i < min(text.length, 500); i += 1) line += text[i] === '\n' ? ' ' : text[i];
    return line;
  } catch (_) {
    return 'an error that cannot be printed';
  }
}

/** The next request; `null` when the driver is gone. */
function receive() {
  let text = '';
  const bytes = new Uint8Array(65536);
  for (;;) {
    const got = readSync(IN, bytes, 0, bytes.length, null);
    if (got === 0) return null;
    text += apply(bytesText, apply(from, BytesOf, [bytes.buffer, 0, got]), ['latin1']);
    if (bytes[got - 1] === 10) return parse(text);
  }
}

/** Writes one answer. Fields are numbers and strings, so that no `toJSON` of the project is called. */
function answer(fields) {
  const line = { __proto__: null, secret };
  const names = ownKeys(fields);
  for (let i = 0; i < names.length; i += 1) line[names[i]] = fields[names[i]];
  const bytes = apply(from, BytesOf, [`${stringify(line)}\n`, 'utf8']);
  let at = 0;
  while (at < bytes.length) at += writeSync(OUT, bytes, at, bytes.length - at);
}

/** Tells the driver why this side cannot go on, and waits for the end. */
function fail(reason, detail) {
  answer({ __proto__: null, failed: reason, detail });
  while (receive() !== null);
  exit(1);
}

/** Items in one string, as an answer carries them. */
function listed(items, of) {
  let text = '';
  for (let i = 0; i < items.length; i += 1) text += i === 0 ? `${of(items[i])}` : ` ${of(items[i])}`;
  return text;
}

/** Milliseconds since `start`. */
function since(start) {
  return NumberOf(now() - start) / 1e6;
}

/** Lets the event loop go around, so that what calls left behind does not pile up. */
function settleDown() {
  return new PromiseOf((resolve) => turn(resolve));
}

/** Loads inputs and bundle. Gives what a round is made from. */
async function load(message) {
  secret = message.secret;
  let inputs;
  try {
    inputs = readInputs(message.calls, message.grow, { only: message.only });
  } catch (error) {
    throw failure('calls-unreadable', textOf(error));
  }
  const { calls, dropped, shares } = inputs;
  state = { calls, shares, message, serial: 0 };
  // Both need what project code could change: they come before it.
  if (message.unrepeated || message.traced) state.templates = createTemplates(calls);
  try {
    if (message.traced) state.tracer = createTracer(state);
  } catch (error) {
    throw failure('not-traced', textOf(error));
  }
  try {
    const side = await loadSide(message.bundle);
    state.registry = side.registry;
    state.fn = side.target(message.function).fn;
  } catch (error) {
    throw failure('load-failed', textOf(error));
  }
  const reasons = ownKeys(dropped);
  return {
    calls: calls.length,
    weights: listed(calls, (call) => call.weight),
    elements: listed(calls, (call) => call.elements),
    dropped: listed(reasons, (reason) => `${reason}=${dropped[reason]}`),
  };
}

/** Makes each call of the list once, until the time is up (one at least), untimed. */
async function probe(message) {
  const start = now();
  const rows = [];
  for (let k = 0; k < message.order.length; k += 1) {
    if (k > 0 && message.wallMs !== null && since(start) > message.wallMs) break;
    const call = state.calls[message.order[k]];
    const outcome = await tried(call, false);
    const threw = outcome.kind === 'throw' || outcome.kind === 'reject';
    // A call that now throws and did not when it was recorded does not do what it did.
    const changed = threw && call.ends !== null && call.ends !== 'throw' && call.ends !== 'reject';
    const word = changed ? 'changed' : threw || outcome.breaks ? 'throws' : 'ok';
    rows[k] = `${outcome.digest},${outcome.cpuUs},${outcome.waits},${word}`;
    await settleDown();
  }
  return { rows: listed(rows, (row) => row), wallMs: since(start) };
}

async function tried(call, withText) {
  try {
    return await firstOutcome(state.fn, call.roots, { registry: state.registry, take: call.take, print: withText });
  } catch (error) {
    throw failure('not-rebuilt', textOf(error));
  }
}

/** Makes one call again; gives its digest and its outcome as text. */
async function again(message) {
  const { digest, text } = await tried(state.calls[message.call], true);
  return { digest, text };
}

/** Makes the loop for the calls of `round` and prepares what can be prepared. */
function round(message) {
  if (!isLanguageIntact(state.fn)) {
    throw failure('language-replaced', '`call` of the function or `String.prototype.charCodeAt` is not the language\'s own');
  }
  state.blocks = createBlocks({
    fn: state.fn,
    calls: state.calls,
    registry: state.registry,
    fresh: state.message.mutates,
    round: message.round,
    waits: message.waits,
    throws: message.throws,
    unrepeated: state.message.unrepeated ? createUnrepeated({
      templates: state.templates,
      round: message.round,
      levels: message.levels,
      shares: state.shares,
      reuse: !state.message.mutates,
      seed: message.seed,
      registry: state.registry,
    }) : null,
  });
  return {};
}

async function block(message) {
  return timed(message.rounds, message.block);
}

/** Makes calls under the eyes of the engine's counters; one row a task. */
async function trace(message) {
  const start = now();
  const rows = [];
  for (let k = 0; k < message.tasks.length; k += 1) {
    if (k > 0 && since(start) > message.wallMs) break;
    try {
      rows[k] = await state.tracer.trace(message.tasks[k], message.mutates);
    } catch (error) {
      throw failure('not-rebuilt', textOf(error));
    }
    await settleDown();
  }
  return { rows: listed(rows, (row) => row) };
}

/** One block: `rounds` rounds, timed. Its number tells which values it has, where none may come again. */
async function timed(rounds, number) {
  const before = cpuUsage();
  const start = now();
  let times;
  try {
    times = await state.blocks.run(rounds, number);
  } catch (error) {
    throw failure('threw', `a call that did not throw at first does now: ${textOf(error)}`);
  }
  const { user, system } = cpuUsage(before);
  const totalNs = NumberOf(now() - start);
  await settleDown();
  return { wallNs: times.wallNs, cpuUs: times.cpuUs, totalCpuUs: user + system, totalNs };
}

/** Warms up by CPU time. Gives what the last iteration cost. */
async function warm({ cpuUs, iterations, wallMs }) {
  const start = now();
  let used = 0;
  let usedInAll = 0;
  let done = 0;
  let rounds = 1;
  let last = null;
  while (since(start) < wallMs && (used < cpuUs || done < iterations) && usedInAll < PREPARING_SHARE * cpuUs + used) {
    state.serial += 1;
    last = { ...(await timed(rounds, -state.serial)), rounds };
    used += last.cpuUs;
    usedInAll += last.totalCpuUs;
    done += 1;
    if (last.cpuUs < LEAST_ITERATION_US && last.totalCpuUs < 4 * LEAST_ITERATION_US) rounds *= 2;
  }
  return { iterations: done, ...last, usedUs: used };
}

/** Bytes that the first `calls` calls of the round allocate; -1 when garbage was collected meanwhile. */
async function allocate(message) {
  let collections = 0;
  const observer = new PerformanceObserver((list) => {
    collections += list.getEntries().length;
  });
  observer.observe({ entryTypes: ['gc'] });
  // What was collected before is told in a later turn of the event loop, too.
  const settled = async () => {
    for (let i = 0; i < 4; i += 1) await settleDown();
  };
  const bytes = await state.blocks.allocated(message.calls, async () => {
    await settled();
    collections = 0;
  });
  await settled();
  observer.disconnect();
  return { bytes: collections > 0 ? -1 : bytes };
}

function end() {
  return { rss: resourceUsage().maxRSS * 1024 };
}

const verbs = { __proto__: null, load, probe, again, trace, round, block, warm, allocate, end };

/** Whether the token is here: then the driver waits for an answer. */
let asked = false;

async function main() {
  for (;;) {
    const message = receive();
    if (message === null) return;
    asked = true;
    let fields;
    try {
      fields = await verbs[message.do](message);
    } catch (error) {
      if (typeof error !== 'object' || error === null || typeof error.reason !== 'string') fail('worker-failed', textOf(error));
      fail(error.reason, error.detail);
    }
    asked = false;
    answer(fields);
  }
}

apply(on, process, ['uncaughtException', (error) => fail('uncaught-error', textOf(error))]);
apply(on, process, ['beforeExit', () => {
  if (asked) fail('never-settles', 'a promise or an iterator of the function waits for nothing');
}]);
main().then(() => exit(0), (error) => fail('worker-failed', textOf(error)));
