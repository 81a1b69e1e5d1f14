'use strict';
// What collect.cjs makes of the files of several processes.
const test = require('node:test');
const assert = require('node:assert');
const fs = require('fs');
const path = require('path');
const { form, project } = require('../testing/project.cjs');
const { readCalls } = require('../calls.cjs');
const { classes } = require('../classes.cjs');
const { decode } = require('../graph.cjs');
const { completed, ladder } = require('../ladder.cjs');

const FILES = {
  'lib.js': `${form.function(0, 'f', '$p0', '(x){ return x; }')}
${form.function(1, 'g', '', '(){}')}
module.exports = { f, g };`,
  // Calls f with so many numbers, strings and lists of so many lengths.
  'run.js': `const { f } = require('./lib.js');
const [numbers, strings, lists] = process.argv.slice(2).map(Number);
for (let i = 0; i < numbers; i += 1) f(i);
for (let i = 0; i < strings; i += 1) f(String(i));
for (let i = 0; i < lists; i += 1) f(new Array(i).fill(0));`,
};

function runs(t, commands, limits) {
  const at = project(t, FILES, { mode: 'record', limits, functions: [{ id: 0, name: 'f' }, { id: 1, name: 'g' }] });
  for (const numbers of commands) {
    const run = at.node(['run.js', ...numbers.map(String)]);
    assert.strictEqual(run.code, 0, run.stderr);
  }
  return at;
}

/** Sum of weights and number of kept calls of each stratum. */
function strata(file) {
  const found = {};
  for (const { stratum, weight } of readCalls(file)) {
    if (found[stratum] === undefined) found[stratum] = { kept: 0, weight: 0 };
    found[stratum].kept += 1;
    found[stratum].weight += weight;
  }
  for (const one of Object.values(found)) one.weight = Math.round(one.weight * 1e6) / 1e6;
  return found;
}

test('a kept call stands for its share of all calls of its stratum', (t) => {
  const at = runs(t, [[100, 7, 0], [300, 0, 0]]);
  const { processes, functions: [f, g] } = at.collect();
  assert.strictEqual(processes, 2);
  assert.deepStrictEqual([f.seen, f.copyable, f.recorded, f.kept, f.strata, f.strataKept], [407, 407, 47, 27, 2, 2]);
  assert.deepStrictEqual(Object.values(strata(f.file)).sort((a, b) => a.kept - b.kept), [
    { kept: 7, weight: 7 }, { kept: 20, weight: 400 },
  ]);
  assert.strictEqual(Math.round(f.weights), 407);
  assert.deepStrictEqual([g.seen, g.kept, g.file, g.elements], [0, 0, null, null]);
});

test('calls of a process with many are kept more often than those of one with few', (t) => {
  const at = runs(t, [[20, 0, 0], [2000, 0, 0]]);
  const { functions: [f] } = at.collect();
  const values = readCalls(f.file).map((call) => decode(call.roots, {})[1]);
  const late = values.filter((x) => x >= 20).length;
  // Of 2,020 calls 1,980 are with 20 or more: of 20 kept calls, at least 15 but for one time in a million.
  assert.ok(late >= 15, String(values));
});

test('sizes are told apart by powers of two, and the middle is that of all calls', (t) => {
  const at = runs(t, [[0, 0, 33]]);
  const { functions: [f] } = at.collect();
  assert.deepStrictEqual(f.elements, { min: 0, median: 16, max: 32 });
  // The empty list has a shape of its own; then 1-2, 3-6, 7-14, 15-30, 31-32.
  assert.deepStrictEqual(Object.values(strata(f.file)).map((one) => one.kept).sort((a, b) => a - b), [1, 2, 2, 4, 8, 16]);
});

test('calls that were left out to save time are stood for, and no function is left out', (t) => {
  const at = project(t, { ...FILES, 'all.js': `const { f, g } = require('./lib.js');
for (let i = 0; i < 3000; i += 1) f(i % 3 ? i : [i]);
for (let i = 0; i < 40; i += 1) g(i);` }, {
    mode: 'record', limits: { overheadShare: 0, overheadGraceMs: 0 }, functions: [{ id: 0, name: 'f' }, { id: 1, name: 'g' }],
  });
  assert.strictEqual(at.node(['all.js']).code, 0);
  const { functions: [f, g] } = at.collect();
  assert.ok(f.skipped > 1000 && f.skipped < 2990, String(f.skipped));
  assert.deepStrictEqual([f.seen, f.copyable, Math.round(f.weights)], [3000, 3000, 3000]);
  const weights = Object.values(strata(f.file)).map((one) => one.weight / 3000);
  assert.ok(weights.every((share) => share > 0.05 && share < 0.95), String(weights));
  assert.ok(g.kept >= 20, 'the first calls of each function are looked at');
});

test('limits hold: calls of a stratum, calls of a function, bytes', (t) => {
  const few = runs(t, [[50, 50, 40]], { callsPerStratum: 3, callsPerFunction: 12 });
  const { functions: [f] } = few.collect();
  assert.ok(f.kept <= 12 && f.kept >= 8, String(f.kept));
  assert.ok(Object.values(strata(f.file)).every((one) => one.kept <= 3));
  assert.strictEqual(Math.round(f.weights), 140, 'every stratum stays, and stands for all of its calls');

  const bytes = runs(t, [[50, 50, 40]], { bytesPerFunction: 1000 });
  const { functions: [small] } = bytes.collect();
  assert.ok(small.bytesLimit > 0 && small.kept > 0 && small.kept < 10, JSON.stringify(small));
  assert.strictEqual(small.seen, 140);

  const large = runs(t, [[0, 0, 300]], { bytesPerCall: 1000 });
  const { functions: [cut] } = large.collect();
  assert.ok(cut.notCopyable['too-large'] > 100);
  assert.strictEqual(cut.copyable + cut.notCopyable['too-large'], 300);
});

test('with more strata than places, those of most calls stay', (t) => {
  const at = runs(t, [[90, 5, 40]], { callsPerFunction: 4 });
  const { functions: [f] } = at.collect();
  // Numbers, strings, the empty list, lists of 1 and 2; the 37 longer lists are put together.
  assert.deepStrictEqual([f.kept, f.strata, f.strataKept, Math.round(f.weights)], [4, 5, 4, 134]);
});

test('the same run gives the same result, and the same calls, byte for byte', (t) => {
  const commands = [[100, 30, 40], [60, 0, 0]];
  const [one, two] = [runs(t, commands), runs(t, [...commands].reverse())];
  const [a, b] = [one.collect(), two.collect()];
  const files = [a, b].map(({ functions: [f] }) => fs.readFileSync(f.file));
  assert.ok(files[0].equals(files[1]));
  for (const sum of [a, b]) for (const one of sum.functions) delete one.file;
  assert.deepStrictEqual(a, b);
});

test('another seed keeps other calls', (t) => {
  const [one, two] = [runs(t, [[500, 0, 0]]), runs(t, [[500, 0, 0]])];
  two.write({ seed: 2 });
  const kept = [one, two].map((at) => readCalls(at.collect().functions[0].file).map((call) => decode(call.roots, {})[1]));
  assert.notDeepStrictEqual(kept[0], kept[1]);
});

test('a file that was cut off gives what it has', (t) => {
  const at = runs(t, [[20, 0, 0]]);
  const file = path.join(at.out, at.outputs().find((name) => name.endsWith('.calls')));
  const whole = fs.readFileSync(file);
  fs.writeFileSync(file, whole.subarray(0, whole.length / 2));
  const { truncated, functions: [f] } = at.collect();
  assert.strictEqual(truncated, 1);
  assert.ok(f.kept > 5 && f.kept < 20, String(f.kept));
  assert.strictEqual(Math.round(f.weights), 20, 'the ones that are left stand for all');
});

test('sizes are those that the ladder counts, whatever else in a call is longer', async (t) => {
  const at = project(t, { ...FILES, 'names.js': `const { f } = require('./lib.js');
for (let i = 1; i <= 5; i += 1) f({ list: new Array(i).fill(0).map((_, n) => n), name: 'longer than any of these lists' });` }, {
    mode: 'record', functions: [{ id: 0, name: 'f' }],
  });
  assert.strictEqual(at.node(['names.js']).code, 0);
  const { functions: [f] } = at.collect();
  assert.deepStrictEqual(f.elements, { min: 1, median: 3, max: 5 });
  const { rungs } = await ladder(completed({ calls: f.file, seed: 1, function: 0, factors: [1, 4] }));
  assert.deepStrictEqual(rungs.map(({ elements }) => elements), [f.elements, { min: 4, median: 12, max: 20 }]);
  assert.deepStrictEqual((await classes({ calls: f.file, sets: false })).elements, f.elements);
});

test('half of a surrogate pair does not make the result unreadable', (t) => {
  const at = project(t, { ...FILES, 'run.js': "const { f } = require('./lib.js'); f(1);" }, {
    mode: 'record', functions: [{ id: 0, name: 'src/\ud800.js:f' }],
  });
  assert.strictEqual(at.node(['run.js']).code, 0);
  assert.strictEqual(at.collect().functions[0].name, 'src/\ufffd.js:f');
});

test('files of others in the folder are left alone', (t) => {
  const at = runs(t, [[5, 0, 0]]);
  fs.writeFileSync(path.join(at.out, 'notes.calls'), 'x');
  fs.writeFileSync(path.join(at.out, '1-0.cpuprofile'), 'x');
  assert.strictEqual(at.collect().functions[0].kept, 5);
});

test('reach: every probe that a process hit, also of a killed one', (t) => {
  const at = project(t, {
    'run.js': `const [, , ...probes] = process.argv;
const hit = { 1: () => { ${form.hit(1)}; }, 2: () => { ${form.hit(2)}; }, 3: () => { ${form.hit(3)}; } };
for (const n of probes) hit[n]();
process.kill(process.pid, 'SIGKILL');`,
  }, { mode: 'reach', functions: [] });
  at.node(['run.js', '1', '3', '1']);
  at.node(['run.js', '3']);
  assert.deepStrictEqual(at.collect(), {
    mode: 'reach', processes: 2, hits: [{ probe: 1, processes: 1 }, { probe: 3, processes: 2 }],
  });
});

test('mutants: the number of the active one, and nothing is written', (t) => {
  const at = project(t, {
    'run.js': `const h = process[Symbol.for('selfopt.probe')]; h.hit(1); process.stdout.write(String(h.mutant()));`,
  }, { mode: 'mutants', mutant: 3, functions: [] });
  assert.strictEqual(at.node(['run.js']).stdout, '3');
  assert.deepStrictEqual(at.outputs(), []);
});

test('a request that cannot be answered says why, in one line, and leaves no result', (t) => {
  const at = runs(t, [[5, 0, 0]]);
  for (const [probe, workload, text] of [
    [{}, '../x', /^collect: request: "workload" must be a short name, not "\.\.\/x"\n$/],
    [{ mode: 'profile' }, 'x', /nothing is collected in mode "profile"\n$/],
  ]) {
    at.write(probe);
    const answer = at.collect(workload);
    assert.strictEqual(answer.code, 1);
    assert.match(answer.stderr, text);
    assert.strictEqual(answer.present, false);
  }
});
