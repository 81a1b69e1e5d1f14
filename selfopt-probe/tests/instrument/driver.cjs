'use strict';
// Runs the variants of each case of `manifest.json` one after the other in one
// process and compares what they log. A variant is a file and what the hook
// does: `none` (there is no hook), `base` or `candidate` (which version a pair
// runs). Prints the cases that differ, and exits with 1 when there are any.

const { readFileSync } = require('node:fs');
const { join } = require('node:path');
const { inspect } = require('node:util');
const { pathToFileURL } = require('node:url');

const KEY = Symbol.for('selfopt.probe');
let counts;

function createHook(runs, mutant) {
  const pick = (base, candidate) => (runs === 'candidate' && candidate ? candidate : base);
  const count = (id) => {
    counts.calls[id] = (counts.calls[id] || 0) + 1;
  };
  return {
    call(id, self, args, base) {
      count(id);
      return base.apply(self, args);
    },
    generator(id, self, args, base) {
      count(id);
      return base.apply(self, args);
    },
    pair(id, self, args, base, candidate) {
      count(id);
      return pick(base, candidate).apply(self, args);
    },
    wrap(id, fn, name, candidate) {
      if (fn.name === '' && name !== '') Object.defineProperty(fn, 'name', { value: name });
      return new Proxy(fn, {
        apply(target, self, args) {
          count(id);
          return Reflect.apply(pick(target, candidate), self, args);
        },
      });
    },
    hit(n) {
      counts.hits[n] = (counts.hits[n] || 0) + 1;
    },
    mutant() {
      return mutant;
    },
    classes(path, classes, names, functions) {
      if (functions === undefined) counts.classes.push([path, Object.keys(classes), names]);
      else counts.functions.push([path, Object.keys(functions)]);
      const all = { ...classes, ...functions };
      for (const name of Object.keys(all)) {
        if (typeof all[name] !== 'function') throw new Error(`${name} is not there`);
      }
    },
    expose(id, getter) {
      counts.exposed[id] = getter;
    },
  };
}

async function run(variant) {
  const logged = [];
  counts = { calls: {}, hits: {}, classes: [], functions: [], exposed: {} };
  globalThis.log = (...values) => {
    logged.push(values.map((value) => inspect(value, { depth: 6 })).join(' '));
  };
  globalThis.attempt = (body) => {
    try {
      return body();
    } catch (error) {
      return `${error.name}: ${error.message}`;
    }
  };
  globalThis.finished = undefined;
  delete globalThis.exposed;
  if (variant.hook === 'none') {
    delete process[KEY];
  } else {
    process[KEY] = createHook(variant.hook, variant.mutant || 0);
  }
  const path = join(__dirname, variant.file);
  try {
    if (/\.mjs$/.test(path)) await import(pathToFileURL(path).href);
    else require(path);
    await globalThis.finished;
    if (variant.expose) {
      for (const [id, expected] of variant.expose) {
        const value = attempt(() => counts.exposed[id]());
        logged.push(`exposed ${id}: ${typeof value} ${value === globalThis.exposed[expected]}`);
      }
    }
  } catch (error) {
    logged.push(`threw ${error && error.name}: ${error && error.message}`);
  } finally {
    delete process[KEY];
  }
  return { logged, counts };
}

async function main() {
  const cases = JSON.parse(readFileSync(join(__dirname, 'manifest.json'), 'utf8'));
  const failures = [];
  const results = {};
  for (const { name, variants, counted } of cases) {
    let expected;
    for (const variant of variants) {
      const { logged, counts } = await run(variant);
      results[`${name} ${variant.label}`] = { logged, ...counts, exposed: undefined };
      if (variant.apart) continue;
      if (expected === undefined) {
        expected = logged;
        if (logged.length === 0) failures.push(`${name}: the case logs nothing`);
        continue;
      }
      const at = Array.from({ length: Math.max(expected.length, logged.length) }, (_, i) => i)
        .find((i) => expected[i] !== logged[i]);
      if (at !== undefined) {
        failures.push(`${name} (${variant.label}), line ${at}:\n  expected ${expected[at]}\n  got      ${logged[at]}`);
      }
      if (variant.hook !== 'none') {
        for (const id of counted || []) {
          if (!counts.calls[id]) failures.push(`${name} (${variant.label}): function ${id} was never seen`);
        }
      }
    }
  }
  require('node:fs').writeFileSync(join(__dirname, 'results.json'), JSON.stringify(results));
  if (failures.length > 0) {
    process.stderr.write(`${failures.join('\n')}\n`);
    process.exitCode = 1;
  }
}

main();
