'use strict';
/**
 * tracing.cjs: what code of the project a call executes, block by block and how
 * often, from V8's own counters. Who answers from memory executes less the
 * second time: that is seen here without a clock.
 *
 * Invariants: files of the runtime and of Node do not count; tracing begins before
 * project code is loaded, because code that was compiled before has no counters
 * of blocks; equal work gives equal digests.
 */
const { dirname, sep } = require('path');
const { pathToFileURL } = require('url');
const { apply, regExpExec, slice, SafeMap, mapGet, mapSet } = require('./primordials.cjs');
const { hashText } = require('./reservoir.cjs');
const { decode } = require('./graph.cjs');
const { createCipher } = require('./cipher.cjs');
const { settle } = require('./timed-outcome.cjs');
const { isOther, variantOf } = require('./unrepeated.cjs');

const OWN = `${pathToFileURL(dirname(__filename) + sep).href}`;
const NODES = /^(?:node:|internal\/|$)/;

/** Whether a script is the project's. */
function isProjects(url, known) {
  let answer = mapGet(known, url);
  if (answer === undefined) {
    const inner = slice(url, 0, OWN.length) === OWN ? slice(url, OWN.length) : null;
    answer = regExpExec(NODES, url) === null && (inner === null || regExpExec(/\//, inner) !== null);
    mapSet(known, url, answer);
  }
  return answer;
}

/**
 * Starts counting.
 * @returns {{take: () => {digest: string, work: number}}} what was executed since the last `take`
 * @throws where this Node has no inspector
 */
function startTracing() {
  const { Session } = require('inspector');
  const session = new Session();
  const { post } = Session.prototype;
  const ask = (method, parameters) => {
    let answer;
    apply(post, session, [method, parameters, (error, result) => {
      if (error) throw new Error(`${method}: ${error.message}`);
      answer = result;
    }]);
    return answer;
  };
  session.connect();
  ask('Profiler.enable', {});
  ask('Profiler.startPreciseCoverage', { callCount: true, detailed: true });
  const known = new SafeMap();
  return {
    take() {
      const { result } = ask('Profiler.takePreciseCoverage', {});
      let text = '';
      let work = 0;
      for (let s = 0; s < result.length; s += 1) {
        const { url, scriptId, functions } = result[s];
        if (!isProjects(url, known)) continue;
        for (let f = 0; f < functions.length; f += 1) {
          const { ranges } = functions[f];
          if (ranges[0].count === 0) continue;
          for (let r = 0; r < ranges.length; r += 1) {
            const { startOffset, endOffset, count } = ranges[r];
            text += `${scriptId}:${startOffset}-${endOffset}:${count};`;
            work += count;
          }
        }
      }
      return { digest: `${hashText(text, 0)}`, work };
    },
  };
}

/**
 * Makes calls and tells what they execute. To be made before project code is loaded.
 * @param {{calls: object[], templates: object[][], fn: Function, registry: object}} state of the worker; `fn`
 *   and `registry` are there when the first call is traced
 */
function createTracer(state) {
  const counters = startTracing();

  /** Makes the call once, gives its row. */
  async function once(roots, take) {
    const args = [];
    for (let i = 1; i < roots.length; i += 1) args[i - 1] = roots[i];
    counters.take();
    const { kind } = await settle(state.fn, roots[0], args, take);
    const { digest, work } = counters.take();
    return { kind, row: `${digest},${work}` };
  }

  return {
    /**
     * A call three times: with new objects twice, then, where no call changes its inputs, with those of the
     * second time. `level` and `variant` name the cipher of other values than the recorded ones.
     * @param {{call: number, level: number|null, variant: number}} task
     * @param {boolean} mutates
     * @returns {Promise<string>} kind of outcome, for each time the digest and the amount of what was executed,
     *   and whether the values were others than the recorded ones
     */
    async trace({ call, level, variant }, mutates) {
      const { roots, take } = state.calls[call];
      const { registry } = state;
      const make = () => (level === null
        ? decode(roots, { registry })
        : variantOf(state.templates[call], createCipher(variant, level), registry));
      const first = await once(make(), take);
      const same = make();
      const second = await once(same, take);
      const third = mutates ? second : await once(same, take);
      const other = level !== null && isOther(state.templates[call]);
      return `${first.kind},${first.row},${second.row},${third.row},${other}`;
    },
  };
}

module.exports = { createTracer, startTracing };
