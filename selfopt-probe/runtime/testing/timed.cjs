'use strict';
// Bundles, files of calls and requests for the tests of what times functions.
const fs = require('fs');
const os = require('os');
const path = require('path');
const { encode } = require('../graph.cjs');
const { writeCalls } = require('../calls.cjs');

const HOOK = '(typeof process==="object"&&process[Symbol.for("selfopt.probe")]||typeof globalThis==="object"&&globalThis[Symbol.for("selfopt.probe")])';

/** An outcome that a recorder might have written. */
function outcome(kind, value) {
  return { kind, encoding: encode([value]) };
}

/**
 * A temporary directory that goes when the test is over.
 * @param {import('node:test').TestContext} t
 */
function workshop(t) {
  const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'timed-'));
  t.after(() => fs.rmSync(directory, { recursive: true, force: true }));
  let made = 0;
  const file = (extension) => path.join(directory, `${(made += 1)}.${extension}`);
  return {
    directory,
    file,
    /** A bundle that exposes what `expression` gives as function 0. */
    bundle(source, expression = 'f', extension = 'cjs') {
      const at = file(extension);
      fs.writeFileSync(at, `${source}\n;(function(h){h&&h.expose(0,function(){return ${expression}})})(${HOOK});`);
      return at;
    },
    /** Calls: lists of arguments, or `{self, args, weight, outcome}`. */
    calls(list) {
      const at = file('calls');
      writeCalls(at, list.map((call) => {
        const { self, args, weight = 1, outcome: ended = null } = Array.isArray(call) ? { args: call } : call;
        return { roots: encode([self, ...args]), outcome: ended, weight, stratum: '' };
      }));
      return at;
    },
    /** A request for a short pair; base and candidate are sources. */
    request(base, candidate, list, more = {}) {
      return {
        base: this.bundle(base),
        candidate: this.bundle(candidate),
        calls: this.calls(list),
        function: 0,
        grow: null,
        first: 'base',
        order: ['base', 'candidate', 'candidate', 'base'],
        engineSeed: 7,
        warmUpCpuMs: 10,
        warmUpIterations: 2,
        minBlockCpuMs: 0.5,
        maxBlockCpuMs: 2,
        mutates: false,
        timeoutMs: 60000,
        ...more,
      };
    },
  };
}

module.exports = { HOOK, outcome, workshop };
