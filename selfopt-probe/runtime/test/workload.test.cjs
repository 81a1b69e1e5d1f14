'use strict';
const test = require('node:test');
const assert = require('node:assert');
const { spawnSync } = require('child_process');
const fs = require('fs');
const os = require('os');
const path = require('path');
const { decode, encode } = require('../graph.cjs');
const { readCalls } = require('../calls.cjs');
const { createRegistry } = require('../registry.cjs');
const { readWorkload, writeWorkload } = require('../workload-file.cjs');
const { pack } = require('../workload-pack.cjs');
const { workload } = require('../workload.cjs');

const F = { id: 4, name: 'src/a.js:f' };

/** A directory that goes with the test, and a way to read a module in it. */
function workshop(t) {
  const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'workload-'));
  t.after(() => fs.rmSync(directory, { recursive: true, force: true }));
  let made = 0;
  const at = (name) => path.join(directory, name);
  return {
    at,
    read(text, more = {}) {
      const module = at(`${(made += 1)}.mjs`);
      fs.writeFileSync(module, text);
      return workload({ module, functions: [F], folder: directory, name: 'file-1', budgetMs: 20000, ...more });
    },
    calls: () => readCalls(at('file-1-4.calls')),
  };
}

const args = (call) => decode(call.roots);

test('a module gives calls by function and set, from lists and from generators', async (t) => {
  const shop = workshop(t);
  const result = await shop.read(`
    export const workloads = {
      'src/a.js:f': {
        list: [[[1, 2, 3]], { this: { n: 1 }, args: [[1]] }],
        generator: function* () { const a = []; for (;;) { a.push(a.length); yield [a]; if (a.length === 5) return; } },
        later: async function* () { yield ['x']; },
        promise: async () => new Set([['y']]),
      },
      'src/b.js:g': { other() { throw new Error('not asked for'); } },
    };`);
  assert.strictEqual(result.error, null);
  assert.deepStrictEqual(result.names, ['src/a.js:f', 'src/b.js:g']);
  assert.deepStrictEqual(result.functions, [{
    id: 4, seen: 9, kept: 9, withThis: 1, elements: { min: 1, median: 2, max: 5 },
    sets: ['list', 'generator', 'later', 'promise'], cut: [],
  }]);
  const calls = shop.calls();
  assert.deepStrictEqual(calls.map(({ stratum }) => stratum), ['list', 'list', ...Array(5).fill('generator'), 'later', 'promise']);
  assert.deepStrictEqual(args(calls[1]), [{ n: 1 }, [1]]);
  // Each call is as it was when the generator gave it.
  assert.deepStrictEqual(calls.slice(2, 7).map((call) => args(call)[1].length), [1, 2, 3, 4, 5]);
});

test('of a function that takes a list of arguments, these are the elements', async (t) => {
  const shop = workshop(t);
  const more = { functions: [{ ...F, rest: 1 }] };
  const result = await shop.read(`export const workloads = { 'src/a.js:f': { some: [['base of it all', 'a', 'b'], ['base of it all', 'a', 'b', 'c']] } };`, more);
  assert.deepStrictEqual(result.functions[0].elements, { min: 2, median: 2, max: 3 });
  assert.deepStrictEqual(shop.calls().map(({ roots }) => roots.rest), [1, 1]);
});

test('a default export and what require gives of a CommonJS file are taken too', async (t) => {
  const shop = workshop(t);
  for (const text of [
    'export default { "src/a.js:f": { one: [[1]] } };',
    'export default { workloads: { "src/a.js:f": { one: [[1]] } } };',
    'export const exported = { default: { workloads: { "src/a.js:f": { one: [[1]] } } } };',
  ]) {
    const result = await shop.read(text);
    assert.deepStrictEqual([result.error, result.functions.length], [null, 1], text);
  }
});

test('instances of registered classes are rebuilt', async (t) => {
  const shop = workshop(t);
  const line = '(process[Symbol.for("selfopt.probe")]||{classes(){}}).classes("src/a.js",{Point},[]);';
  const result = await shop.read(`
    class Point { constructor(x) { this.x = x; } }
    ${line}
    export const workloads = { 'src/a.js:f': { one: [[new Point(3)]] } };`);
  assert.strictEqual(result.error, null);
  class Point { get isPoint() { return true; } }
  const registry = createRegistry();
  registry.addClasses('src/a.js', { Point }, []);
  const [, point] = decode(shop.calls()[0].roots, { registry });
  assert.deepStrictEqual([point.isPoint, point.x], [true, 3]);
});

test('endless sets are cut, and that is said', async (t) => {
  const shop = workshop(t);
  const text = 'export const workloads = { "src/a.js:f": { huge: function* () { try { for (let i = 0; ; i++) yield [i]; } finally { globalThis.selfoptClosed = true; } } } };';
  const { functions } = await shop.read(text, { limits: { calls: 7 } });
  assert.deepStrictEqual([functions[0].kept, functions[0].cut], [7, ['huge']]);
  assert.strictEqual(globalThis.selfoptClosed, true, 'the generator can clean up');
});

test('what cannot be used names the export and what to do', async (t) => {
  const shop = workshop(t);
  const set = (value) => `export const workloads = { "src/a.js:f": { large: ${value} } };`;
  const where = 'workloads["src/a.js:f"].large';
  for (const [text, what, hint] of [
    ['throw new TypeError("no such file\\nmore");', 'it throws while it loads: no such file', /fresh clone/],
    ['export const other = 1;', 'it exports no `workloads`', /export const workloads/],
    ['export const workloads = {};', 'it exports no `workloads`', /export const workloads/],
    ['export const workloads = { "src/a.js:f": [[1]] };', 'workloads["src/a.js:f"]` has no named set', /name each set/],
    [set('[]'), `its export \`${where}\` is empty`, /at least one/],
    [set('3'), `its export \`${where}\` is no list of calls`, /list of arguments/],
    [set('[1]'), `call 0 of its export \`${where}\` is no list of arguments`, /\[first, second\]/],
    [set('() => { throw new Error("oh"); }'), `its export \`${where}\` throws: oh`, /fresh clone/],
    [set('[[1], [{ a: () => 1 }]]'), `call 1 of its export \`${where}\` cannot be copied: function at args[0].a`, /data alone/],
    [set('[[new (class Box {})()]]'), 'cannot be copied: class-instance:Box at args[0]', /source file/],
    [set('[["x".repeat(9 << 20)]]'), 'cannot be copied: too-large', /smaller/],
    [set('async function* () { await new Promise(() => {}); }'), 'does not come to an end in time', /fewer/],
    [set('function* () { for (;;) { const end = Date.now() + 300; while (Date.now() < end); yield [1]; } }'), 'does not come to an end in time', /fewer/],
  ]) {
    const { error, functions } = await shop.read(text, { budgetMs: 250 });
    assert.ok(error !== null && error.what.includes(what), `${text}: ${JSON.stringify(error)}`);
    assert.match(error.hint, hint, text);
    assert.deepStrictEqual(functions, []);
  }
  const { error } = await shop.read(set('[["x".repeat(3 << 20)]]'), { limits: { bytes: 1 << 20 } });
  assert.match(error.what, /its inputs for `src\/a\.js:f` take \d MB/);
});

test('recorded calls come back as they were packed, and damage is told', async (t) => {
  const shop = workshop(t);
  const roots = encode([undefined, [1, 2]]);
  const outcome = { kind: 'return', encoding: encode([3, undefined, [1, 2]]) };
  writeWorkload(shop.at('kept.calls'), [
    { name: 'src/b.js:g', calls: [{ roots, outcome: null, weight: 1, stratum: 'x' }] },
    { name: F.name, calls: [{ roots, outcome, weight: 2.5, stratum: 'y' }, { roots, outcome, weight: 4, stratum: 'z' }] },
  ]);
  const request = { module: null, functions: [F], folder: shop.at('.'), name: 'file-1', budgetMs: 20000 };
  const read = (file) => workload({ ...request, recorded: shop.at(file) });
  const result = await read('kept.calls');
  assert.deepStrictEqual([result.error, result.names], [null, ['src/b.js:g', F.name]]);
  assert.deepStrictEqual(result.functions[0], {
    id: 4, seen: 7, kept: 2, withThis: 2, elements: { min: 2, median: 2, max: 2 }, sets: [], cut: [],
  });
  assert.deepStrictEqual(shop.calls().map(({ weight, outcome: { kind } }) => [weight, kind]), [[2.5, 'return'], [4, 'return']]);
  const into = shop.at('packed.calls');
  const collected = shop.at('collected.json');
  const functions = [{ name: 'src/b.js:g', file: null }, { name: F.name, file: shop.at('file-1-4.calls') }];
  fs.writeFileSync(collected, JSON.stringify({ functions }));
  assert.deepStrictEqual(await pack({ collected, into }), { calls: 2 });
  assert.deepStrictEqual(readWorkload(into).map(({ name, calls }) => [name, calls.length]), [[F.name, 2]]);

  const whole = fs.readFileSync(shop.at('kept.calls'));
  for (let length = 0; length < whole.length; length += 7) {
    fs.writeFileSync(shop.at('cut.calls'), whole.subarray(0, length));
    const { error } = await read('cut.calls');
    assert.match(error.what, /cut off|not a file/, `${length} bytes`);
    assert.match(error.hint, /selfopt workload record/);
  }
  const { error } = await read('file-1-4.calls');
  assert.match(error.what, /not written by/);
});

test('as a script it ends although the module leaves something running', (t) => {
  const shop = workshop(t);
  fs.writeFileSync(shop.at('m.mjs'), 'setInterval(() => {}, 1000); export const workloads = { "src/a.js:f": { one: [[1]] } };');
  const request = {
    result: shop.at('result.json'), module: shop.at('m.mjs'), functions: [F], folder: shop.at('.'), name: 'file-1', budgetMs: 20000,
  };
  fs.writeFileSync(shop.at('request.json'), JSON.stringify(request));
  const { status, stderr } = spawnSync(process.execPath, [path.join(__dirname, '../workload.cjs'), shop.at('request.json')], { encoding: 'utf8' });
  assert.deepStrictEqual([status, stderr], [0, '']);
  assert.strictEqual(JSON.parse(fs.readFileSync(request.result, 'utf8')).functions[0].kept, 1);
});

test('the example of the documentation is as it says', async (t) => {
  const shop = workshop(t);
  const guide = fs.readFileSync(path.join(__dirname, '../../../docs/guides/workloads.md'), 'utf8');
  const [, example] = /```js\n\/\/ bench\/inputs\.mjs\n([^]*?)```/.exec(guide);
  fs.mkdirSync(shop.at('src'));
  fs.mkdirSync(shop.at('bench'));
  fs.writeFileSync(shop.at('package.json'), '{"type": "module"}');
  fs.writeFileSync(shop.at('src/graph.js'), `
    export class Graph { constructor() { this.edges = []; } connect(a, b) { this.edges.push([a, b]); } walk(from) { return from; } }
    process[Symbol.for("selfopt.probe")].classes("src/graph.js", { Graph }, []);`);
  fs.writeFileSync(shop.at('bench/inputs.mjs'), example);
  const functions = ['src/unique.js:unique', 'src/graph.js:Graph.walk'].map((name, id) => ({ id, name }));
  const result = await workload({ module: shop.at('bench/inputs.mjs'), functions, folder: shop.at('.'), name: 'file-1', budgetMs: 20000 });
  assert.strictEqual(result.error, null);
  assert.deepStrictEqual(result.names, functions.map(({ name }) => name));
  assert.deepStrictEqual(result.functions.map(({ kept, withThis, sets }) => [kept, withThis, sets]), [
    [8, 0, ['few', 'many']],
    [1, 1, ['ring']],
  ]);
});
