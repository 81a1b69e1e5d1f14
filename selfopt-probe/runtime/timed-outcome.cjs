'use strict';
/**
 * timed-outcome.cjs: makes a call once, untimed, on inputs of its own, and gives
 * what it did as one number of fixed length (a digest), so that a driver can
 * see whether both sides do the same work before it times them.
 *
 * Invariants: what is used after project code was loaded was captured before;
 * outcomes that count as equal have equal digests, whatever form the engine
 * gave their strings; an outcome that cannot be written has a digest that says
 * why; nothing is kept of a call after it was made.
 */
const { createHash } = require('crypto');
const { apply, isArray, ownKeys } = require('./primordials.cjs');
const { decode, encode, print } = require('./graph.cjs');
const { isPromise, isProxy } = require('util').types;
const { consume, iteratorKind } = require('./iterators.cjs');

const { update, digest: finish } = createHash('sha1');
const { cpuUsage } = process;
const PromiseOf = Promise;
const { then } = Promise.prototype;
/** Bounds of a written outcome. */
const LIMITS = { maxNodes: 4000000, maxBytes: 134217728 };
/** Characters of text that are given to the hash at once. */
const CHUNK = 16384;
/** What is printed of an outcome for people. */
const PRINTED = 300;

/** Feeds plain data to a hash, so that different data gives different text. */
function writer() {
  const hash = createHash('sha1');
  let text = '';
  const flush = () => {
    apply(update, hash, [text, 'utf16le']);
    text = '';
  };
  const add = (part) => {
    text += part;
    if (text.length > CHUNK) flush();
  };
  const write = (value) => {
    if (isArray(value)) {
      add(`[${value.length}:`);
      for (let i = 0; i < value.length; i += 1) write(value[i]);
    } else if (typeof value === 'object' && value !== null) {
      const keys = ownKeys(value);
      add(`{${keys.length}:`);
      for (let i = 0; i < keys.length; i += 1) {
        add(`${keys[i].length}:${keys[i]}`);
        write(value[keys[i]]);
      }
    } else if (typeof value === 'string') {
      add(`"${value.length}:${value}`);
    } else {
      add(`${value};`);
    }
  };
  return {
    write,
    end() {
      flush();
      return apply(finish, hash, ['hex']);
    },
  };
}

/**
 * The digest of plain data.
 * @param {*} data
 * @returns {string}
 */
function digest(data) {
  const hash = writer();
  hash.write(data);
  return hash.end();
}

/**
 * Makes the call and waits for all of it: how it ended, what it gave, what it cost.
 * @param {Function} fn
 * @param {*} self
 * @param {Array} args
 * @param {number} take how many values of an iterator are taken
 * @returns {Promise<{kind: string, result: *, waits: string, cpuUs: number}>}
 */
function settle(fn, self, args, take) {
  return new PromiseOf((resolve) => {
    const before = cpuUsage();
    let waits = 'value';
    // In an object, so that no result is taken for a promise.
    const done = (kind, result) => {
      const { user, system } = cpuUsage(before);
      resolve({ kind, result, waits, cpuUs: user + system });
    };
    let result;
    try {
      result = apply(fn, self, args);
    } catch (error) {
      return done('throw', error);
    }
    if (isProxy(result)) return done('return', result);
    if (isPromise(result)) {
      waits = 'promise';
      return apply(then, result, [(value) => done('resolve', value), (error) => done('reject', error)]);
    }
    const kind = iteratorKind(result);
    if (kind === undefined) return done('return', result);
    waits = kind.async ? 'async-iterator' : 'iterator';
    return consume(result, kind, take, {
      within: (step) => step(),
      answered: () => undefined,
      ended: (sequence) => done('yields', sequence),
    });
  });
}

/** What the outcome looks like as data, or why it has no such look. */
function written(kind, roots, registry) {
  try {
    return { kind, encoding: encode(roots, { registry, mode: 'data', ...LIMITS }), reason: null };
  } catch (error) {
    const reason = error !== null && typeof error === 'object' && typeof error.reason === 'string' ? error.reason : 'not-encodable';
    return { kind, encoding: null, reason };
  }
}

/**
 * Makes the call of `roots` (`[self, ...args]`, encoded) once.
 * @param {Function} fn
 * @param {object} roots
 * @param {{registry: object, take: number, print: boolean}} options `print`: give the text as well
 * @returns {Promise<{kind: string, breaks: boolean, waits: string, cpuUs: number, digest: string, text: string}>}
 *   `kind` as in calls.cjs; `breaks`: an iterator that ends with an error; `waits` as timed-loop.cjs calls what a result takes
 */
async function firstOutcome(fn, roots, options) {
  const inputs = decode(roots, { registry: options.registry });
  const args = [];
  for (let i = 1; i < inputs.length; i += 1) args[i - 1] = inputs[i];
  const { kind, result, waits, cpuUs } = await settle(fn, inputs[0], args, options.take);
  const all = [result];
  for (let i = 0; i < inputs.length; i += 1) all[i + 1] = inputs[i];
  const outcome = written(kind, all, options.registry);
  const data = outcome.encoding === null ? [kind, outcome.reason] : [kind, outcome.encoding];
  let text = '';
  if (options.print) text = outcome.encoding === null ? `${kind}: ${outcome.reason}` : `${kind}: ${print(outcome.encoding, PRINTED)}`;
  const breaks = kind === 'yields' && result.end === 'throw';
  return { kind, breaks, waits, cpuUs, digest: digest(data), text };
}

module.exports = { digest, firstOutcome, settle };
