'use strict';
/**
 * hook.cjs: the preload (`node --require`). Puts the object that instrumented
 * code talks to on `process` and on `globalThis`.
 *
 * Invariants:
 * - without SELFOPT_PROBE in the environment nothing happens at all; in a
 *   process that runs no instrumented code nothing more is loaded than what
 *   takes the language's and Node's functions before the project can replace
 *   them, and probe.json is not read;
 * - `<probe.json>.marks` gets an empty line from each thread that has the hook in
 *   it and is no package manager's, and a line with the path of each instrumented file that the thread has
 *   loaded: so that "was not called" can be told from "was not looked at";
 * - a probe.json that cannot be read, an unknown mode or a recorder that fails
 *   to load leaves every method passing through: the project never sees an
 *   error of ours;
 * - `process` is looked at first by instrumented code, because test runners
 *   that load modules in another realm hand the same `process` symbols into it.
 */
(function install() {
  const path = process.env.SELFOPT_PROBE;
  const symbol = Symbol.for('selfopt.probe');
  if (!path || process[symbol]) return;
  const { apply, closeSync, defineProperty, openSync, readFileSync, writeSync } = require('./captured.cjs');
  const { nameFunction } = require('./named.cjs');
  require('./primordials.cjs');
  const { dirname, resolve } = require('path');
  const { parse } = JSON;
  const hasOwn = Object.prototype.hasOwnProperty;

  const MODES = {
    record: './hook-record.cjs',
    pair: './hook-pair.cjs',
    reach: './hook-reach.cjs',
    mutants: './hook-reach.cjs',
  };
  const METHODS = ['call', 'generator', 'pair', 'wrap', 'hit', 'mutant', 'classes', 'expose'];

  const passThrough = {
    call: (id, self, args, base) => apply(base, self, args),
    generator: (id, self, args, base) => apply(base, self, args),
    pair: (id, self, args, base) => apply(base, self, args),
    wrap: (id, fn, name) => nameFunction(fn, name),
    hit() {},
    mutant: () => 0,
    classes() {},
    expose() {},
  };

  /** What starts the tests and runs none of them. */
  const PACKAGE_MANAGER = /(^|[\\/])(npm|npx|yarn|yarnpkg|pnpm|pnpx|corepack)(-cli|-[\d.]+)?(\.[cm]?js)?$/;
  const { test } = RegExp.prototype;

  let loaded = null;
  const files = Object.create(null);

  /** Writes one line of the marks: an append, so that processes do not disturb each other. */
  function mark(line) {
    try {
      const fd = openSync(`${path}.marks`, 'a');
      try {
        writeSync(fd, `${line}\n`);
      } finally {
        closeSync(fd);
      }
    } catch (_) {
      // Without marks less is said of this process.
    }
  }

  /** The methods of the mode; read and required at the first use only. */
  function load() {
    if (loaded !== null) return loaded;
    loaded = passThrough;
    try {
      const probe = parse(readFileSync(path, 'utf8'));
      // A relative folder is meant from where probe.json lies.
      if (typeof probe.out === 'string') probe.out = resolve(dirname(path), probe.out);
      const file = apply(hasOwn, MODES, [probe.mode]) && MODES[probe.mode];
      if (file) loaded = { ...passThrough, ...require(file).create(probe) };
      for (const method of METHODS) hook[method] = loaded[method];
    } catch (_) {
      // Everything passes through, as the header says; or the project has frozen the hook, which
      // then asks here at each call.
    }
    return loaded;
  }

  const hook = {};
  for (const method of METHODS) {
    hook[method] = function first() {
      return apply(load()[method], hook, arguments);
    };
  }
  hook.loaded = function once(file) {
    if (files[file] === true) return;
    files[file] = true;
    mark(file);
  };
  if (!apply(test, PACKAGE_MANAGER, [process.argv[1] || ''])) mark('');
  const property = { value: hook, enumerable: false, writable: false, configurable: false };
  defineProperty(process, symbol, property);
  defineProperty(globalThis, symbol, property);
})();
