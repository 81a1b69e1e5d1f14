'use strict';
// Makes time and randomness a function of nothing but the order in which they are read, and keeps a
// log of these reads. A read that happens outside of a run, or late (after the run that caused it
// ended), is answered but not logged.
//
// Invariants: after `begin()` the same sequence of reads gives the same answers on both sides; the
// replaced functions keep name, length and property attributes; `Date` keeps its prototype, so that
// dates are the same kind of object as before. Install before project code and before graph.cjs is
// loaded: what it captures as the intrinsic `Date` is then what the project sees.

const { AsyncLocalStorage } = require('async_hooks');
const crypto = require('crypto');
const nodeModule = require('module');
const perfHooks = require('perf_hooks');

const { apply, construct, defineProperty, getOwnPropertyDescriptor } = Reflect;
const { getStore } = AsyncLocalStorage.prototype;
const runStorage = AsyncLocalStorage.prototype.run;
const OriginalDate = Date;
const originalToString = Date.prototype.toString;
const BigIntOf = BigInt;
const { floor, imul } = Math;
const Bytes = Uint8Array;
const { alloc } = Buffer;
const { nextTick } = process;
const sliceOfString = String.prototype.slice;
const toStringOfNumber = Number.prototype.toString;
const byteLengthOf = getOwnPropertyDescriptor(
  Object.getPrototypeOf(Uint8Array.prototype),
  'byteLength'
).get;

/** The first instant: a second in 2023 that is no round number in any unit. */
const EPOCH = 1700000001234;
/** Reads that are kept one by one; later ones are only counted. */
const LOG_LIMIT = 1000;

/** Bytes that are made at once; who asks for more gets the original. */
const SIZE_LIMIT = 1 << 24;

/** Where the clock stands (milliseconds since EPOCH) and the state of the generator. */
let elapsed = 0;
let state = 0;
let seed = 1;
/** The run that is being logged, or null. */
let active = null;
const storage = new AsyncLocalStorage();

/** Notes one read of `name` if the run that it belongs to is still open. */
function note(name) {
  if (active === null || apply(getStore, storage, []) !== active) return;
  active.count += 1;
  if (active.reads.length < LOG_LIMIT) {
    defineProperty(active.reads, active.reads.length, {
      value: name,
      writable: true,
      enumerable: true,
      configurable: true,
    });
  }
}

/** The next 32 random bits (a 32 bit mixing generator: good enough to be unlike a counter). */
function bits() {
  state = (state + 0x6d2b79f5) | 0;
  let z = imul(state ^ (state >>> 15), state | 1);
  z ^= z + imul(z ^ (z >>> 7), z | 61);
  return (z ^ (z >>> 14)) >>> 0;
}

/** Fills a view of bytes. */
function fill(bytes) {
  for (let i = 0; i < bytes.length; i += 1) bytes[i] = bits() & 255;
  return bytes;
}

/** Each read of any clock moves all clocks on by one millisecond: loops that wait for time end. */
function tick() {
  elapsed += 1;
  return elapsed;
}

/** Replaces `object[key]` and keeps its attributes, and name and length of the function. */
function replace(object, key, make) {
  const found = getOwnPropertyDescriptor(object, key);
  if (!found || typeof found.value !== 'function' || !(found.configurable || found.writable)) return;
  const fn = make(found.value);
  for (const property of ['name', 'length']) {
    defineProperty(fn, property, { value: found.value[property], configurable: true });
  }
  if (found.configurable) defineProperty(object, key, { ...found, value: fn });
  else object[key] = fn;
}

/** The object on the prototype chain that has `key` as its own. */
function findOwner(object, key) {
  let owner = object;
  while (owner !== null && !getOwnPropertyDescriptor(owner, key)) owner = Object.getPrototypeOf(owner);
  return owner;
}

/** A `Date` that reads the deterministic clock when it is asked for now. */
function dateClass() {
  const now = (name) => {
    note(name);
    return EPOCH + tick();
  };
  function Date(...args) {
    if (new.target === undefined) {
      return apply(originalToString, new OriginalDate(now('Date()')), []);
    }
    if (args.length === 0) return construct(OriginalDate, [now('new Date()')], new.target);
    return construct(OriginalDate, args, new.target);
  }
  defineProperty(Date, 'length', { value: OriginalDate.length, configurable: true });
  for (const key of Reflect.ownKeys(OriginalDate)) {
    if (key === 'name' || key === 'length') continue;
    if (key === 'prototype') {
      defineProperty(Date, key, { value: OriginalDate.prototype, writable: false });
      continue;
    }
    defineProperty(Date, key, getOwnPropertyDescriptor(OriginalDate, key));
  }
  replace(Date, 'now', () => function () {
    return now('Date.now');
  });
  defineProperty(OriginalDate.prototype, 'constructor', {
    value: Date,
    writable: true,
    enumerable: false,
    configurable: true,
  });
  return Date;
}

/** The objects that own `key` for one of `objects`, each once. */
function ownersOf(objects, key) {
  const owners = new Set();
  for (const object of objects) {
    const owner = object ? findOwner(object, key) : null;
    if (owner !== null) owners.add(owner);
  }
  return [...owners];
}

/** The clocks beside `Date`. */
function installClocks() {
  for (const owner of ownersOf([perfHooks.performance, globalThis.performance], 'now')) {
    replace(owner, 'now', () => function () {
      note('performance.now');
      return tick();
    });
  }
  replace(process, 'uptime', () => function () {
    note('process.uptime');
    return tick() / 1000;
  });
  replace(process, 'hrtime', (old) => {
    const hrtime = function (before) {
      note('process.hrtime');
      const ms = tick();
      const seconds = floor(ms / 1000);
      const nanoseconds = (ms % 1000) * 1e6;
      if (before === undefined) return [seconds, nanoseconds];
      const borrow = nanoseconds < before[1] ? 1 : 0;
      return [seconds - before[0] - borrow, nanoseconds - before[1] + borrow * 1e9];
    };
    hrtime.bigint = old.bigint;
    replace(hrtime, 'bigint', () => function () {
      note('process.hrtime.bigint');
      return BigIntOf(tick()) * 1000000n;
    });
    return hrtime;
  });
}

/** The sources of randomness. */
function installRandomness() {
  replace(Math, 'random', () => function () {
    note('Math.random');
    return bits() / 4294967296;
  });
  const uuid = () => function () {
    note('crypto.randomUUID');
    return uuidText();
  };
  const values = (old) => function (view) {
    note('crypto.getRandomValues');
    // The original says what it says about views that it refuses.
    apply(old, this, [view]);
    fill(new Bytes(view.buffer, view.byteOffset, apply(byteLengthOf, view, [])));
    return view;
  };
  for (const owner of ownersOf([crypto, crypto.webcrypto, globalThis.crypto], 'randomUUID')) {
    replace(owner, 'randomUUID', uuid);
  }
  for (const owner of ownersOf([crypto, crypto.webcrypto, globalThis.crypto], 'getRandomValues')) {
    replace(owner, 'getRandomValues', values);
  }
  replace(crypto, 'randomBytes', (old) => function (size, callback) {
    note('crypto.randomBytes');
    // The original says what it says about arguments that it refuses.
    if (!(size >= 0 && size <= SIZE_LIMIT)) return apply(old, this, [size, callback]);
    const bytes = fill(apply(alloc, Buffer, [size]));
    if (typeof callback !== 'function') return bytes;
    return apply(nextTick, process, [callback, null, bytes]);
  });
  nodeModule.syncBuiltinESMExports();
}

/** A version 4 UUID of the generator's bits. */
function uuidText() {
  let hex = '';
  for (let i = 0; i < 4; i += 1) {
    hex += apply(sliceOfString, '0000000' + apply(toStringOfNumber, bits(), [16]), [-8]);
  }
  const part = (from, to) => apply(sliceOfString, hex, [from, to]);
  return `${part(0, 8)}-${part(8, 12)}-4${part(13, 16)}-8${part(17, 20)}-${part(20, 32)}`;
}

/**
 * Replaces the clocks and the sources of randomness of this process, once and for all.
 *
 * @param {number} seedOfProcess the seed of the random numbers
 */
function install(seedOfProcess) {
  seed = seedOfProcess | 0;
  state = seed;
  const own = getOwnPropertyDescriptor(globalThis, 'Date');
  defineProperty(globalThis, 'Date', { ...own, value: dateClass() });
  installClocks();
  installRandomness();
}

/**
 * Starts a run: clocks and randomness are as they were at the start of any other run, and what is
 * read from inside of `run.within(fn)` is logged until `run.end()`.
 *
 * @returns {{within: (fn: Function) => any, end: () => {reads: string[], count: number}, open: () => boolean}}
 */
function begin() {
  elapsed = 0;
  state = seed;
  const run = { reads: [], count: 0 };
  active = run;
  return {
    within: (fn) => apply(runStorage, storage, [run, fn]),
    open: () => active === run && apply(getStore, storage, []) === run,
    end() {
      if (active === run) active = null;
      return run;
    },
  };
}

module.exports = { install, begin };
