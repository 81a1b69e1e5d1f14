'use strict';
// The process of one side of a replay: loads the side's bundle and answers requests, one at a time.
// A request is two frames (length, then a value as `v8.serialize` writes it) on descriptor 3: what is to
// be done, and the inputs. Its answer is one on descriptor 4, in which the outcome is bytes again, so
// that the other end can compare outcomes without reading them.
//
// Invariants: everything that is used after the bundle was loaded is captured before; between two
// requests the process sits in a blocking read, so that not even its timers run; an answer carries the
// secret that came with the first request, which project code does not see; what breaks the protocol
// ends the process, and the other end takes that for no outcome.

const fs = require('fs');
const v8 = require('v8');

const { readSync, writeSync } = fs;
const { Serializer, Deserializer } = v8;
const { writeHeader, writeValue, releaseBuffer } = Serializer.prototype;
const { readHeader, readValue } = Deserializer.prototype;
const { alloc } = Buffer;
const { cpuUsage, on, reallyExit } = process;
const { apply } = Reflect;
const { readUInt32LE, writeUInt32LE } = Buffer.prototype;

const IN = 3;
const OUT = 4;

/** Reads exactly `length` bytes; `null` at the end of the input. */
function readExactly(length) {
  const bytes = apply(alloc, Buffer, [length]);
  let at = 0;
  while (at < length) {
    const got = readSync(IN, bytes, at, length - at, null);
    if (got === 0) return null;
    at += got;
  }
  return bytes;
}

/** What `v8.serialize` gives, by the engine's own methods: the function around them looks up iterators. */
function serialize(value) {
  const serializer = new Serializer();
  apply(writeHeader, serializer, []);
  apply(writeValue, serializer, [value]);
  return apply(releaseBuffer, serializer, []);
}

function deserialize(bytes) {
  const deserializer = new Deserializer(bytes);
  apply(readHeader, deserializer, []);
  return apply(readValue, deserializer, []);
}

/** The next request, or `null` when the other end is done. */
function receive() {
  const head = readExactly(4);
  if (head === null) return null;
  const body = readExactly(apply(readUInt32LE, head, [0]));
  return body === null ? null : deserialize(body);
}

/** Writes one answer. */
function answer(value) {
  const body = serialize(value);
  const head = apply(alloc, Buffer, [4]);
  apply(writeUInt32LE, head, [body.length, 0]);
  writeAll(head);
  writeAll(body);
}

function writeAll(bytes) {
  let at = 0;
  while (at < bytes.length) at += writeSync(OUT, bytes, at, bytes.length - at);
}

/** Errors that nobody handled, and what is to be called when nothing is left to do. */
function watch() {
  let errors = [];
  let idle = null;
  const keep = (error) => {
    if (errors.length < 16) errors[errors.length] = error;
  };
  apply(on, process, ['unhandledRejection', keep]);
  apply(on, process, ['uncaughtException', keep]);
  apply(on, process, ['beforeExit', () => {
    if (idle === null) return;
    const call = idle;
    idle = null;
    call();
  }]);
  return {
    takeUnhandled() {
      const taken = errors;
      errors = [];
      return taken;
    },
    takeIdle(fn) {
      idle = fn;
      return () => {
        if (idle === fn) idle = null;
      };
    },
  };
}

/** What an error says, whatever it is. */
function textOf(error) {
  try {
    return typeof error === 'object' && error !== null && typeof error.message === 'string'
      ? error.message
      : `${error}`;
  } catch (_) {
    return 'an error that cannot be printed';
  }
}

async function main() {
  const first = receive();
  if (first === null) return;
  // Before graph.cjs captures its intrinsics and before the bundle sees a clock.
  require('./deterministic.cjs').install(first.seed);
  require('./output.cjs').install();
  const { loadSide } = require('./load.cjs');
  const { createRunner } = require('./outcome.cjs');
  const { secret } = first;
  const watched = watch();
  let side;
  try {
    side = await loadSide(first.bundle, { mutant: first.mutant });
    side.target(first.function);
  } catch (error) {
    answer({ secret, failure: textOf(error) });
    return;
  }
  answer({ secret, failure: null });
  const runCall = createRunner({ registry: side.registry, ...watched });
  for (let request = receive(); request !== null; request = receive()) {
    const roots = receive();
    const { fn } = side.target(first.function);
    const before = cpuUsage();
    const outcome = await runCall(fn, roots, request);
    const { user, system } = cpuUsage(before);
    answer({ secret, cpuUs: user + system, outcome: serialize(outcome) });
  }
}

main().then(() => apply(reallyExit, process, [0]), () => apply(reallyExit, process, [1]));
