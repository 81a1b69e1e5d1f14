'use strict';
// Checks that every call is recorded under real test runners. Not part of the test command, because
// it needs them installed:
//
//   mkdir DIR && cd DIR && npm init -y && npm install mocha jest vitest ava uvu tap jasmine \
//     tsx typescript ts-jest @swc/core @swc/jest
//   node testing/runners.cjs DIR [record|pair] [only names that contain this]
//
// Prints a line for each runner and mode, and exits with 1 when one lost a call. Runners that are not
// installed are said to be missing.
const fs = require('fs');
const path = require('path');
const { spawnSync } = require('child_process');
const { form } = require('./project.cjs');

const [, , directory, mode = 'record', only = ''] = process.argv;
const RUNTIME = path.join(__dirname, '..');
const APP = path.join(path.resolve(directory || '.'), 'selfopt-runners');
const FILES = 3;
const EXPECTED = { sum: 12, total: 6, later: 6, twice: 6, upTo: 6 };

const other = (text) => (mode === 'pair' ? text : undefined);
const LIBRARY = `${form.function(0, 'sum', '$p0', '(list){ let s = 0; for (const x of list) s += x; return s; }',
    other('function sum(list){ let s = 0; list.forEach((x) => { s += x; }); return s; }'))}
class Graph { constructor(){ this.nodes = new Map(); } add(n, v){ this.nodes.set(n, v); return this; }
${form.method(1, 'total', '', '(){ let s = 0; for (const v of this.nodes.values()) s += v; return { s, at: new Date(5), r: /x/g }; }',
    other('function(){ let s = 0; this.nodes.forEach((v) => { s += v; }); return { s, at: new Date(5), r: /x/g }; }'))} }
${form.async(2, 'later', '$p0', '(x){ await null; return { x }; }', other('async function later(x){ return { x }; }'))}
const twice = ${form.arrow(3, 'twice', '(x) => [x, x]', other('(x) => Array.of(x, x)'))};
${form.generator(4, 'upTo', '$p0', '(n){ for (let i = 0; i < n; i += 1) yield { i }; }',
    other('function* upTo(n){ let i = 0; while (i < n) { yield { i }; i += 1; } }'))}
`;
const NAMES = 'sum, Graph, later, twice, upTo';
const REGISTER = form.classes('lib', ['Graph']);

/** One test file: two tests whose values depend on `k`, each with all functions. */
function tests(k, open, extra = '', parameter = '') {
  const body = `${extra} const check = (c) => { if (!c) throw new Error('wrong'); };
check(sum([1, 2, ${k}]) === ${3 + k}); check(sum(new Set([${k}, 1000])) === ${1000 + k});
check(new Graph().add('a', ${k}).add('b', 2).total().s === ${2 + k}); check(twice({ k: ${k} })[0].k === ${k});
let n = 0; for (const { i } of upTo(3)) n += i; check(n === 3);
check((await later(new Map([[${k}, [${k}]]]))).x.get(${k})[0] === ${k});`;
  return [1, 2].map((nth) => `${open}('t${k}${nth}', async (${parameter}) => { ${body} });\n`).join('');
}

const CJS = `const { ${NAMES} } = require('../lib.cjs');`;
const ESM = `import { ${NAMES} } from '../lib.mjs';`;
const TS = `import { ${NAMES} } from '../ts/lib';`;
const SETS = {
  mocha: ['spec.cjs', (k) => `${CJS} describe('d${k}', () => { ${tests(k, 'it')} });`],
  'mocha-esm': ['spec.mjs', (k) => `${ESM} describe('d${k}', () => { ${tests(k, 'it')} });`],
  jest: ['test.js', (k) => CJS + tests(k, 'test')],
  'jest-ts': ['test.ts', (k) => `// @ts-nocheck\n${TS}${tests(k, 'test')}`],
  vitest: ['test.mjs', (k) => `import { test } from 'vitest';${ESM}${tests(k, 'test')}`],
  'vitest-ts': ['test.ts', (k) => `import { test } from 'vitest';${TS}${tests(k, 'test')}`],
  ava: ['test.mjs', (k) => `import test from 'ava';${ESM}${tests(k, 'test', 't.pass();', 't')}`],
  uvu: ['test.cjs', (k) => `const { test } = require('uvu');${CJS}${tests(k, 'test')}test.run();`],
  jasmine: ['spec.cjs', (k) => `${CJS} describe('d${k}', () => { ${tests(k, 'it', 'expect(1).toBe(1);')} });`],
  tap: ['test.cjs', (k) => `const t = require('tap');${CJS}${tests(k, 't.test', 't.ok(1);', 't')}`],
  node: ['test.cjs', (k) => `const { test } = require('node:test');${CJS}${tests(k, 'test')}`],
  'node-ts': ['test.ts', (k) => `import { test } from 'node:test';${TS}${tests(k, 'test')}`],
};

const TS_JEST = '{"\\\\.ts$":["ts-jest",{"diagnostics":false,"isolatedModules":true,"tsconfig":{"module":"commonjs","target":"es2018"}}]}';
const jest = (set, transform, ...args) => ['jest', ['--rootDir', '.', '--testMatch', `**/${set}/*`, '--transform', transform, ...args]];
const vitest = (...args) => ['vitest', ['run', ...args]];
const RUNS = {
  'node --test': [null, ['--test', 'node/']],
  'node --test, tsx': [null, ['--import', 'tsx', '--test', ...[1, 2, 3].map((k) => `node-ts/a${k}.test.ts`)]],
  mocha: ['mocha', ['mocha/*.cjs']],
  'mocha, parallel': ['mocha', ['--parallel', '-j', '2', 'mocha/*.cjs']],
  'mocha, modules': ['mocha', ['mocha-esm/*.mjs']],
  'jest, in band': jest('jest', '{}', '-i'),
  'jest, workers': jest('jest', '{}', '-w', '2'),
  'jest, worker threads': jest('jest', '{}', '-w', '2', '--workerThreads'),
  'jest, ts-jest': jest('jest-ts', TS_JEST, '-w', '2'),
  'jest, swc': jest('jest-ts', '{"\\\\.ts$":"@swc/jest"}', '-w', '2'),
  ...Object.fromEntries(['forks', 'threads', 'vmThreads', 'vmForks'].map((pool) => [`vitest, ${pool}`, vitest('--pool', pool, '--dir', 'vitest')])),
  'vitest, not isolated': vitest('--pool', 'forks', '--no-isolate', '--dir', 'vitest'),
  'vitest, typescript': vitest('--dir', 'vitest-ts'),
  ava: ['ava', ['ava/*.mjs']],
  'ava, processes': ['ava', ['--no-worker-threads', 'ava/*.mjs']],
  uvu: ['uvu', ['uvu', 'cjs$']],
  jasmine: ['jasmine', ['jasmine/*.cjs']],
  'jasmine, parallel': ['jasmine', ['--parallel=2', 'jasmine/*.cjs']],
  tap: ['tap', ['run', '--disable-coverage', '--allow-empty-coverage', 'tap/*.cjs']],
};

function put(name, text) {
  fs.mkdirSync(path.dirname(path.join(APP, name)), { recursive: true });
  fs.writeFileSync(path.join(APP, name), text);
}

function write() {
  fs.rmSync(APP, { recursive: true, force: true });
  put('package.json', '{"name":"selfopt-runners","private":true}');
  put('lib.cjs', `${LIBRARY}module.exports = { ${NAMES} };${REGISTER}`);
  put('lib.mjs', `${LIBRARY}export { ${NAMES} };${REGISTER}`);
  put('ts/lib.ts', `// @ts-nocheck\n${LIBRARY}export { ${NAMES} };${REGISTER}`);
  for (const [set, [extension, text]] of Object.entries(SETS)) {
    for (let k = 1; k <= FILES; k += 1) put(`${set}/a${k}.${extension}`, text(10 * k));
  }
}

/** Runs one and gives what is wrong, or nothing. */
function run(name, [binary, args]) {
  const command = binary === null ? process.execPath : path.join(APP, '..', 'node_modules', '.bin', binary);
  if (!fs.existsSync(command)) return 'missing';
  const out = path.join(APP, 'out');
  fs.rmSync(out, { recursive: true, force: true });
  fs.mkdirSync(out);
  const probe = path.join(APP, 'probe.json');
  const functions = Object.keys(EXPECTED).map((one, id) => ({ id, name: one, isAsync: id === 2, isGenerator: id === 4, usesThis: id === 1 }));
  fs.writeFileSync(probe, JSON.stringify({ mode, out, seed: 1, functions }));
  const cache = binary === 'jest' ? ['--cacheDirectory', fs.mkdtempSync(path.join(APP, 'cache-'))] : [];
  const environment = { ...process.env, CI: '1', NODE_OPTIONS: `--require "${path.join(RUNTIME, 'hook.cjs')}"`, SELFOPT_PROBE: probe };
  const ran = spawnSync(command, [...args, ...cache], { cwd: APP, env: environment, encoding: 'utf8' });
  if (ran.status !== 0) return `exit ${ran.status}: ${(ran.stdout + ran.stderr).slice(-600)}`;
  const { collect } = require('../collect.cjs');
  const sum = collect({ probe, workload: 'runners', into: path.join(APP, 'kept') });
  const lost = sum.functions.filter((one) => one.seen !== EXPECTED[one.name]
    || (mode === 'pair' ? one.agreed : one.observed) !== EXPECTED[one.name]);
  return lost.length === 0 ? '' : JSON.stringify(lost);
}

write();
for (const [name, what] of Object.entries(RUNS)) {
  if (!name.includes(only)) continue;
  const wrong = run(name, what);
  process.stdout.write(`${wrong === '' ? 'all calls' : wrong === 'missing' ? 'missing  ' : 'LOST     '}  ${name}  ${wrong === 'missing' ? '' : wrong}\n`);
  if (wrong !== '' && wrong !== 'missing') process.exitCode = 1;
}
fs.rmSync(APP, { recursive: true, force: true });
