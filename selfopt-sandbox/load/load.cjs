#!/usr/bin/env node
'use strict';

/*
 * The load driver: starts a server, waits until it answers, asks each request once, warms up, puts
 * a fixed rate of requests on it, asks each request once more, stops it, and says what it cost.
 *
 * SELFOPT_LOAD holds the load as JSON:
 *
 *   {"start": "node server.js", "ready": "/", "port": 0, "ready_seconds": 30,
 *    "requests": [{"method": "GET", "path": "/", "headers": {}, "body": ""}],
 *    "rate": 200, "seconds": 3, "connections": 10, "warm_up_seconds": 2}
 *
 * One line of JSON on standard output is the result; anything else is an error, said on standard
 * error, with exit code 1. The server's own output is shown with an error only.
 *
 * Invariants:
 *  - The CPU time is that of the server's processes from the first measured request to the last
 *    answer; the driver's is not in it.
 *  - The server is gone when the driver ends, however it ends.
 */

const hdr = require('hdr-histogram-js');

const { answers } = require('./answers.cjs');
const { drive } = require('./drive.cjs');
const server = require('./server.cjs');
const usage = require('./usage.cjs');

const SCHEMA = 'selfopt.load/1';

async function main() {
  const spec = JSON.parse(process.env.SELFOPT_LOAD || 'null');
  if (!spec) throw new server.LoadError('SELFOPT_LOAD is not set');
  spec.port = await server.claimPort(spec.port);
  const line = await usage.open();
  const running = server.start(spec, line.socket);
  const abort = () => server.stop(running, line).then(() => process.exit(1));
  process.once('SIGTERM', abort);
  process.once('SIGINT', abort);
  try {
    return await measured(spec, running, line);
  } finally {
    await server.stop(running, line);
    line.close();
  }
}

async function measured(spec, running, line) {
  const place = { host: await server.ready(running, spec), port: spec.port };
  /** A step that fails when the server ends meanwhile. */
  const alive = async (step) => {
    const gone = running.end.then((ended) => {
      throw running.fail(`the server ended with ${ended} under load`);
    });
    gone.catch(() => {});
    try {
      return await Promise.race([step, gone]);
    } catch (error) {
      throw error instanceof server.LoadError ? error : running.fail(error.message);
    }
  };
  const before = await alive(answers(place, spec.requests));
  if (spec.warm_up_seconds > 0) await alive(drive(place, spec, spec.warm_up_seconds, before));
  const first = await alive(line.read());
  if (first.processes === 0) {
    throw running.fail(
      'no process of the server reports its CPU time: it is no Node process, or it is started without NODE_OPTIONS',
    );
  }
  const driven = await alive(drive(place, spec, spec.seconds, before));
  const last = await alive(line.read());
  const after = await alive(answers(place, spec.requests));
  return result(driven, first, last, { before, after });
}

function result(driven, first, last, { before, after }) {
  const { histogram } = driven;
  const at = (percentile) => histogram.getValueAtPercentile(percentile);
  const plain = ({ status, type, body }) => ({ status, type, body });
  return {
    schema: SCHEMA,
    requests: driven.planned,
    answered: driven.answered,
    errors: driven.errors,
    other_statuses: driven.statuses,
    other_bodies: driven.bodies,
    cpu_us: last.since(first),
    elapsed_ns: driven.elapsedNs,
    max_rss: last.maxRssBytes,
    processes: last.processes,
    latency_us: { p50: at(50), p90: at(90), p99: at(99), max: histogram.maxValue },
    histogram: hdr.encodeIntoCompressedBase64(histogram),
    before: before.map(plain),
    after: after.map(plain),
  };
}

main().then(
  (said) => process.stdout.write(`${JSON.stringify(said)}\n`, () => process.exit(0)),
  (error) => {
    const text = error instanceof server.LoadError ? error.message : error.stack || String(error);
    process.stderr.write(`selfopt-load: ${text}\n`, () => process.exit(1));
  },
);
