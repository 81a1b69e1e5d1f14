'use strict';

/*
 * Load at a fixed rate, by autocannon: a fixed number of requests, so that the server's CPU time is
 * comparable, spread evenly. autocannon sends what is due in a second at the beginning of it; each
 * connection is an instance of its own that begins at another moment, so the sum is even.
 *
 * Latencies are kept in microseconds in an HdrHistogram. A connection sends nothing while it waits
 * for an answer, so an answer that takes longer than the time between two requests of the connection
 * counts for those that were due meanwhile too (coordinated omission).
 */

const autocannon = require('autocannon');
const hdr = require('hdr-histogram-js');

const SLOWEST_US = 60 * 1000 * 1000;
const DIGITS = 3;
/** A request that is not answered for so long has failed. */
const TIMEOUT_SECONDS = 10;
/** Failures after which a connection gives up. */
const MOST_FAILURES = 5;
const SAMPLE_MS = 50;

/**
 * Puts load on the server for some seconds.
 * @param {object} place `{host, port}`
 * @param {object} spec `{requests, rate, connections}`
 * @param {number} seconds
 * @param {object[]} expected what each request is answered, from answers.cjs
 * @returns {Promise<object>} `{planned, answered, errors, statuses, bodies, elapsedNs, histogram}`:
 *   answers with another status, and for each request how many had another body (null: not
 *   comparable)
 */
function drive(place, spec, seconds, expected) {
  const connections = Math.min(spec.connections, spec.rate);
  const planned = spec.rate * seconds;
  const histogram = hdr.build({
    lowestDiscernibleValue: 1,
    highestTrackableValue: SLOWEST_US,
    numberOfSignificantValueDigits: DIGITS,
    bitBucketSize: 64,
  });
  const seen = { planned, answered: 0, errors: 0, statuses: 0 };
  const bodies = expected.map(({ text }) => (text === null ? null : 0));
  const requests = spec.requests.map((request, at) => ({
    ...request,
    onResponse: (status, body) => {
      if (status !== expected[at].status) seen.statuses += 1;
      else if (bodies[at] !== null && body !== expected[at].text) bodies[at] += 1;
    },
  }));
  return new Promise((resolve, reject) => {
    const began = process.hrtime.bigint();
    const running = [];
    const starts = [];
    let done = 0;
    const finish = () => {
      const elapsedNs = Number(process.hrtime.bigint() - began);
      starts.forEach(clearTimeout);
      clearTimeout(overdue);
      running.forEach((one) => one.stop());
      resolve({ ...seen, bodies, elapsedNs, histogram });
    };
    // A server that cannot keep up slows the load down; one that hangs ends it.
    const overdue = setTimeout(finish, (seconds * 4 + 2 * TIMEOUT_SECONDS) * 1000);
    const begin = (at) => {
      const rate = Math.floor(spec.rate / connections) + (at < spec.rate % connections ? 1 : 0);
      const intervalUs = Math.round(1e6 / rate);
      const first = at % requests.length;
      const instance = autocannon(
        {
          url: `http://${place.host.includes(':') ? `[${place.host}]` : place.host}:${place.port}`,
          connections: 1,
          connectionRate: rate,
          amount: rate * seconds,
          requests: [...requests.slice(first), ...requests.slice(0, first)],
          timeout: TIMEOUT_SECONDS,
          bailout: MOST_FAILURES,
          sampleInt: SAMPLE_MS,
        },
        (error) => {
          if (error) reject(error);
          done += 1;
          if (done === connections) finish();
        },
      );
      running.push(instance);
      instance.on('reqError', () => {
        seen.errors += 1;
      });
      instance.on('response', (client, status, bytes, ms) => {
        const us = Math.min(SLOWEST_US, Math.max(1, Math.round(ms * 1000)));
        histogram.recordValueWithExpectedInterval(us, intervalUs);
        seen.answered += 1;
        if (seen.answered === planned) finish();
      });
    };
    for (let at = 0; at < connections; at += 1) {
      starts.push(setTimeout(begin, (at * 1000) / connections, at));
    }
  });
}

module.exports = { drive };
