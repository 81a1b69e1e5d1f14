'use strict';
// Recording end to end: instrumented sources run by Node, collected, and read again.
const test = require('node:test');
const assert = require('node:assert');
const fs = require('fs');
const path = require('path');
const { form, project } = require('../testing/project.cjs');
const { readCalls } = require('../calls.cjs');
const { decode } = require('../graph.cjs');
const { createRegistry } = require('../registry.cjs');

/** The kept calls as values; those of `classes` can be rebuilt. */
function valuesOf(file, classes) {
  const registry = createRegistry();
  for (const [where, named] of Object.entries(classes || {})) registry.addClasses(where, named, []);
  return readCalls(file).map(({ roots, outcome, weight }) => {
    const [self, ...args] = decode(roots, { registry });
    const after = outcome && outcome.encoding ? decode(outcome.encoding, { registry }) : null;
    return { self, args, kind: outcome && outcome.kind, reason: outcome && outcome.reason, result: after && after[0], after: after && after.slice(1), weight };
  });
}

const LIBRARY = `'use strict';
${form.function(0, 'sum', '$p0', '(list){ let s = 0; for (const x of list) s += x; list.push("seen"); return s; }')}
class Point {
  constructor(x) { this.x = x; }
  ${form.method(1, 'scaled', '$p0', '(by){ if (by < 0) throw new RangeError("by"); return new Point(this.x * by); }')}
}
class Named extends Point {
  ${form.superMethod(2, 'scaled', '$p0', ['(by)', '{ const p = super.scaled(by); p.name = "n"; return p; }'])}
}
${form.async(3, 'later', '$p0', '(x){ await null; if (x === "no") throw new TypeError("refused"); return [x]; }')}
${form.generator(4, 'upTo', '$p0', '(n){ for (let i = 0; i < n; i += 1) yield i; return "end"; }')}
${form.asyncGenerator(5, 'ticks', '$p0', '(n){ for (let i = 0; i < n; i += 1) yield i; }')}
const twice = ${form.arrow(6, 'twice', '(x) => x + x')};
const asyncTwice = ${form.arrow(7, 'asyncTwice', 'async (x) => x + x')};
${form.constructible(8, 'Old', '$p0', '(a){ if (!(this instanceof Old)) return "called"; this.a = a; }')}
module.exports = { sum, Point, Named, later, upTo, ticks, twice, asyncTwice, Old };
${form.classes('lib.js', ['Point', 'Named'])}
`;

const USE = `
const assert = require('assert');
const { sum, Point, Named, later, upTo, ticks, twice, asyncTwice, Old } = require('./lib.js');
module.exports = async function use() {
  const list = [1, 2];
  assert.strictEqual(sum(list), 3);
  assert.deepStrictEqual(list, [1, 2, 'seen']);
  assert.strictEqual(new Point(2).scaled(3).x, 6);
  assert.throws(() => new Point(2).scaled(-1), RangeError);
  const named = new Named(1).scaled(2);
  assert.strictEqual(named.name, 'n');
  assert.deepStrictEqual(await later(1), [1]);
  await assert.rejects(later('no'), TypeError);
  const seen = [];
  for (const i of upTo(3)) seen.push(i);
  const [first] = upTo(5);
  assert.deepStrictEqual([seen, first], [[0, 1, 2], 0]);
  for await (const i of ticks(2)) seen.push(i);
  assert.deepStrictEqual(seen, [0, 1, 2, 0, 1]);
  assert.strictEqual(twice(4), 8);
  assert.strictEqual(twice.name, 'twice');
  assert.strictEqual(await asyncTwice('a'), 'aa');
  assert.strictEqual(new Old(5).a, 5);
  assert.ok(new Old(5) instanceof Old);
  assert.strictEqual(Old(5), 'called');
  assert.throws(() => sum(undefined), TypeError);
  assert.strictEqual(sum({ [Symbol.iterator]: () => [][Symbol.iterator](), push() {} }), 0);
};
`;

const NAMES = ['sum', 'Point.scaled', 'Named.scaled', 'later', 'upTo', 'ticks', 'twice', 'asyncTwice', 'Old'];
const FUNCTIONS = NAMES.map((name, id) => ({ id, name: `lib.js:${name}` }));

function library(t, files, more) {
  return project(t, { 'lib.js': LIBRARY, 'use.js': USE, ...files }, { mode: 'record', functions: FUNCTIONS, ...more });
}

const RUNS = {
  'run.js': `require('./use.js')().catch((error) => { console.error(error); process.exitCode = 1; });`,
  'run.test.js': `require('node:test')('all', () => require('./use.js')());`,
};

for (const [how, args] of [['node', ['run.js']], ['node --test', ['--test', 'run.test.js']]]) {
  test(`all kinds of functions are recorded under ${how}`, (t) => {
    const at = library(t, RUNS);
    const run = at.node(args);
    assert.strictEqual(run.code, 0, run.stderr + run.stdout);
    const { functions } = at.collect();
    const seen = Object.fromEntries(functions.map((one) => [one.name.slice(7), one.seen]));
    assert.deepStrictEqual(seen, {
      sum: 3, 'Point.scaled': 3, 'Named.scaled': 1, later: 2, upTo: 2, ticks: 1, twice: 1, asyncTwice: 1, Old: 3,
    });
    const classes = { 'lib.js': require(path.join(at.directory, 'lib.js')) };
    const of = (id) => valuesOf(functions[id].file, classes);

    const sums = of(0);
    const whole = sums.find((call) => call.kind === 'return');
    assert.deepStrictEqual(whole.args, [[1, 2]], 'arguments as they were before the call');
    assert.strictEqual(whole.result, 3);
    assert.deepStrictEqual(whole.after, [undefined, [1, 2, 'seen']], 'and as they are after it');
    const thrown = sums.find((call) => call.kind === 'throw');
    assert.deepStrictEqual(thrown.args, [undefined]);
    assert.strictEqual(thrown.result.name, 'TypeError');
    assert.deepStrictEqual(functions[0].notCopyable, { function: 1 });
    assert.strictEqual(functions[0].throws, 1);

    const scaled = of(1);
    assert.deepStrictEqual(scaled.map((call) => call.kind).sort(), ['return', 'return', 'throw']);
    assert.ok(scaled.every((call) => call.self instanceof classes['lib.js'].Point));
    assert.ok(of(2)[0].self instanceof classes['lib.js'].Named);
    assert.strictEqual(of(2)[0].result.name, 'n');

    const later = of(3);
    assert.deepStrictEqual(later.find((call) => call.kind === 'resolve').result, [1]);
    assert.strictEqual(later.find((call) => call.kind === 'reject').result.message, 'refused');
    assert.strictEqual(functions[3].async, true);
    const yields = of(4).map((call) => call.result);
    assert.deepStrictEqual(yields.find((one) => one.end === 'return'), { values: [0, 1, 2], end: 'return', value: 'end' });
    assert.deepStrictEqual(yields.find((one) => one.end === 'left'), { values: [0], end: 'left', value: undefined });
    assert.deepStrictEqual(of(5)[0].result, { values: [0, 1], end: 'return', value: undefined });
    assert.deepStrictEqual([of(6)[0].args, of(6)[0].result, of(6)[0].self], [[4], 8, undefined]);
    assert.deepStrictEqual([of(7)[0].kind, of(7)[0].result], ['resolve', 'aa']);
    assert.strictEqual(functions[8].constructorCalls, 2);
    assert.strictEqual(of(8)[0].result, 'called');
    for (const one of functions) {
      const left = Object.values(one.notCopyable).reduce((a, b) => a + b, 0) + one.nested + one.constructorCalls + one.stopped;
      assert.strictEqual(one.copyable + left, one.seen, one.name);
      assert.strictEqual(one.recorderErrors, 0);
    }
  });
}

test('without the variable, with a file that is missing or says nothing known, nothing happens', (t) => {
  const at = library(t, RUNS);
  const probe = path.join(at.directory, 'probe.json');
  assert.strictEqual(at.node(['-e', 'process.exitCode = process[Symbol.for("selfopt.probe")] ? 1 : 0'], { SELFOPT_PROBE: undefined }).code, 0);
  for (const [content, environment] of [
    [null, { SELFOPT_PROBE: undefined }],
    [null, { SELFOPT_PROBE: '/missing/probe.json' }],
    ['{', {}], ['null', {}], ['{"mode":"toString"}', {}], ['{"mode":"record"}', {}], ['{"mode":"profile"}', {}],
  ]) {
    if (content !== null) fs.writeFileSync(probe, content);
    const run = at.node(['run.js'], environment);
    assert.strictEqual(run.code, 0, `${content}: ${run.stderr}`);
    assert.deepStrictEqual(at.outputs(), []);
  }
});

test('a process that runs no instrumented code reads nothing and writes nothing', (t) => {
  const at = library(t, {});
  const script = 'process.stdout.write(JSON.stringify(Object.keys(require.cache).map((file) => require("path").basename(file))))';
  fs.rmSync(path.join(at.directory, 'probe.json'));
  const run = at.node(['-e', script]);
  assert.strictEqual(run.code, 0, run.stderr);
  assert.deepStrictEqual(JSON.parse(run.stdout).sort(), ['captured.cjs', 'hook.cjs', 'named.cjs', 'primordials.cjs']);
  assert.deepStrictEqual(at.outputs(), []);
});

test('nested calls are counted, and of a call only what was seen before its end is lost', (t) => {
  const at = project(t, {
    'lib.js': `${form.function(0, 'f', '$p0', '(n){ return n === 0 ? process.exit(3) : module.exports.f(n - 1); }')}
module.exports = { f };`,
    'run.js': 'require("./lib.js").f(3);',
  }, { mode: 'record', functions: [{ id: 0, name: 'f' }] });
  assert.strictEqual(at.node(['run.js']).code, 3);
  const { functions: [f] } = at.collect();
  assert.deepStrictEqual([f.seen, f.nested, f.kept, f.observed], [4, 3, 1, 0]);
  assert.deepStrictEqual(valuesOf(f.file).map((call) => [call.args, call.kind]), [[[3], null]]);
});

test('what was recorded survives a kill, an uncaught exception and the end of a worker', (t) => {
  const at = project(t, {
    'lib.js': `${form.function(0, 'f', '$p0', '(x){ return x; }')}
module.exports = { f };`,
    'kill.js': 'require("./lib.js").f("kill"); process.kill(process.pid, "SIGKILL");',
    'throw.js': 'require("./lib.js").f("throw"); throw new Error("uncaught");',
    'worker.js': `
const { Worker, isMainThread, parentPort } = require('worker_threads');
if (isMainThread) {
  const worker = new Worker(__filename);
  worker.on('message', () => worker.terminate());
} else {
  require('./lib.js').f('worker');
  parentPort.postMessage('done');
  for (;;);
}`,
    'fork.js': `
const { fork } = require('child_process');
if (process.argv[2] === 'child') require('./lib.js').f('child');
else fork(__filename, ['child']).on('exit', () => require('./lib.js').f('parent'));`,
    'cluster.js': `
const cluster = require('cluster');
if (cluster.isMaster) { cluster.fork(); cluster.fork(); } else { require('./lib.js').f('cluster'); process.exit(0); }`,
  }, { mode: 'record', functions: [{ id: 0, name: 'f' }] });
  assert.strictEqual(at.node(['kill.js']).signal, 'SIGKILL');
  assert.match(at.node(['throw.js']).stderr, /Error: uncaught/);
  assert.strictEqual(at.node(['worker.js']).code, 0);
  assert.strictEqual(at.node(['fork.js']).code, 0);
  assert.strictEqual(at.node(['cluster.js']).code, 0);
  const sum = at.collect();
  const { functions: [f] } = sum;
  assert.strictEqual(sum.processes, 7, 'each process and thread has its own file');
  assert.deepStrictEqual(
    valuesOf(f.file).map((call) => [call.args[0], call.kind]).sort(),
    ['child', 'cluster', 'cluster', 'kill', 'parent', 'throw', 'worker'].map((name) => [name, 'return']),
  );
});

test('a rejection that nobody handles is still reported', (t) => {
  const lines = [
    form.async(0, 'f', '', '(){ throw new Error("lost f"); }'),
    `const g = ${form.arrow(1, 'g', 'async () => { throw new Error("lost g"); }')};`,
    form.function(2, 'h', '', '(){ return Promise.reject(new Error("lost h")); }'),
    'const kept = Promise.resolve(1);',
    form.function(3, 'k', '', '(){ return kept; }'),
    'const lost = []; process.on("unhandledRejection", (e) => lost.push(e.message));',
    'if (k() !== kept) throw new Error("another promise");',
    'f(); g(); h(); f().catch(() => 0); g().catch(() => 0); h().catch(() => 0);',
    'setTimeout(() => console.log(lost.sort().join()), 0);',
  ];
  const at = project(t, { 'run.js': lines.join('\n') }, {
    mode: 'record', functions: [0, 1, 2, 3].map((id) => ({ id, name: `f${id}` })),
  });
  assert.strictEqual(at.node(['run.js']).stdout, 'lost f,lost g,lost h\n');
  const { functions } = at.collect();
  assert.deepStrictEqual(functions.map((one) => [one.seen, one.observed]), [[2, 2], [2, 2], [2, 0], [1, 0]]);
  assert.strictEqual(readCalls(functions[2].file)[0].outcome.reason, 'promise');
});

test('a generator into which values are sent is not followed, and works', (t) => {
  const at = project(t, {
    'run.js': `${form.generator(0, 'echo', '', '(){ let got; try { for (;;) got = yield got; } catch (e) { return e; } }')}
const it = echo();
const said = [it.next().value, it.next('a').value, it.throw('stop').value];
if (said.join() !== ',a,stop') throw new Error(said.join());`,
  }, { mode: 'record', functions: [{ id: 0, name: 'echo' }] });
  const run = at.node(['run.js']);
  assert.strictEqual(run.code, 0, run.stderr);
  const { functions: [echo] } = at.collect();
  assert.strictEqual(readCalls(echo.file)[0].outcome.reason, 'two-way-generator');
});

test('a full or read-only place stops the recording, not the project', (t) => {
  const at = library(t, RUNS);
  at.write({ out: path.join(at.directory, 'nowhere') });
  const run = at.node(['run.js']);
  assert.strictEqual(run.code, 0, run.stderr);
  assert.strictEqual(at.collect().functions[0].seen, 0);
});

test('a project that tampers with the language does not reach the recorder', (t) => {
  const at = project(t, {
    'run.js': `'use strict';
${form.function(0, 'f', '$p0', '(x){ return x; }')}
f(1);
const never = () => { throw new Error('reached'); };
const fs = require('fs');
const all = [Array.prototype, 'push', Array.prototype, 'slice', Array.prototype, 'map', Array.prototype, Symbol.iterator,
  Map.prototype, 'get', Map.prototype, 'set', Map.prototype, 'has', Reflect, 'apply', Reflect, 'ownKeys',
  Object, 'getOwnPropertyDescriptor', Object, 'keys', Object, 'create', Date, 'now', process, 'hrtime', process, 'cpuUsage',
  fs, 'writeSync', fs, 'openSync', Promise.prototype, 'then', String.prototype, 'slice', String.prototype, 'charCodeAt'];
for (let i = 0; i < all.length; i += 2) all[i][all[i + 1]] = never;
f({ a: [2, new Map()] });
`,
  }, { mode: 'record', functions: [{ id: 0, name: 'f' }] });
  const run = at.node(['run.js']);
  assert.strictEqual(run.code, 0, run.stderr);
  const { functions: [f] } = at.collect();
  assert.deepStrictEqual([f.notCopyable, f.seen, f.kept, f.observed, f.recorderErrors], [{}, 2, 2, 2, 0]);
});

test('a project that freezes the hook is still recorded', (t) => {
  const at = project(t, {
    'run.js': `'use strict';
Object.freeze(process[Symbol.for('selfopt.probe')]);
${form.function(0, 'f', '$p0', '(x){ return x; }')}
f(1); f(2);`,
  }, { mode: 'record', functions: [{ id: 0, name: 'f' }] });
  const run = at.node(['run.js']);
  assert.strictEqual(run.code, 0, run.stderr);
  assert.strictEqual(at.collect().functions[0].observed, 2);
});

test('a recursion without end fails as it would, and the recording goes on', (t) => {
  const at = project(t, {
    'run.js': `'use strict';
${form.function(0, 'f', '$p0', '(x){ return x === "deep" ? g(x) : x; }')}
function g(x) { return module.exports(x); }
module.exports = f;
for (let i = 0; i < 20; i += 1) {
  try { f('deep'); process.exit(9); } catch (e) { if (!(e instanceof RangeError)) throw e; }
}
f('after');`,
  }, { mode: 'record', functions: [{ id: 0, name: 'f' }] });
  const run = at.node(['run.js']);
  assert.strictEqual(run.code, 0, run.stderr);
  const { functions: [f] } = at.collect();
  assert.strictEqual(f.stopped, 0);
  assert.ok(valuesOf(f.file).some((call) => call.args[0] === 'after' && call.result === 'after'));
});

test('hit and mutant answer in a recording as if nothing was there', (t) => {
  const at = project(t, {
    'run.js': `${form.hit(1)}; const h = process[Symbol.for('selfopt.probe')];
if (h.mutant() !== 0 || h.expose(1, () => 1) !== undefined || h.pair(9, 1, [2], (x) => x, null) !== 2) process.exitCode = 1;
if (h.wrap(9, 5, 'n') !== 5 || h.generator(9, null, [], () => 3) !== 3) process.exitCode = 2;`,
  }, { mode: 'record', functions: [] });
  assert.strictEqual(at.node(['run.js']).code, 0);
});

// Runs lib.js in two contexts of its own, as some test runners do: another global, the same symbols
// on `process`.
const IN_CONTEXTS = `
const vm = require('vm');
const fs = require('fs');
const copy = {};
for (const key of Reflect.ownKeys(process)) {
  if (typeof key === 'symbol') Object.defineProperty(copy, key, Object.getOwnPropertyDescriptor(process, key));
}
for (let i = 0; i < 2; i += 1) {
  const context = vm.createContext({ process: copy, module: { exports: {} }, console });
  vm.runInContext(fs.readFileSync('lib.js', 'utf8'), context);
}`;

test('code of other realms is recorded, with its classes and built-in functions', (t) => {
  const at = project(t, {
    'lib.js': `class Box { constructor(x) { this.x = x; } ${form.method(0, 'get', '$p0', '(f){ return f(this.x, [this.x]); }')} }
${form.classes('lib.js', ['Box'])}
new Box(1).get(Math.max); new Box({ a: new Map() }).get(Array.isArray);`,
    'run.js': IN_CONTEXTS,
  }, { mode: 'record', functions: [{ id: 0, name: 'get' }] });
  const run = at.node(['run.js']);
  assert.strictEqual(run.code, 0, run.stderr);
  const { functions: [get] } = at.collect();
  assert.deepStrictEqual([get.notCopyable, get.seen, get.kept, get.observed], [{}, 4, 4, 4]);
  class Box {}
  const calls = valuesOf(get.file, { 'lib.js': { Box } });
  assert.ok(calls.every((call) => call.self instanceof Box));
  assert.deepStrictEqual(new Set(calls.map((call) => call.args[0])), new Set([Math.max, Array.isArray]));
});

test('a function of the project that is handed on as a value is recorded by name', (t) => {
  const at = project(t, {
    'lib.js': `function byX(a, b) { return a.x - b.x; }
const Api = { ends(a) { return a; } };
${form.function(0, 'f', '$p0,$p1', '(list, compare){ return list.sort(compare); }')}
${form.functions('lib.js', { byX: 'byX', 'Api.ends': 'Api.ends' })}
f([], byX); f([], Api.ends); f([], (a) => a); byX.marked = true; f([], byX);`,
  }, { mode: 'record', functions: [{ id: 0, name: 'f' }] });
  const run = at.node(['lib.js']);
  assert.strictEqual(run.code, 0, run.stderr);
  const { functions: [f] } = at.collect();
  assert.deepStrictEqual([f.seen, f.kept, f.notCopyable], [4, 2, { function: 2 }]);
  const named = readCalls(f.file).map(({ roots }) => roots.roots[2]);
  assert.deepStrictEqual(new Set(named.map(String)), new Set(['function,lib.js#byX', 'function,lib.js#Api.ends']));
});

test('the recording stops where the disk ends', (t) => {
  const at = project(t, {
    'run.js': `${form.function(0, 'f', '$p0', '(x){ return x; }')}
for (let i = 0; i < 300; i += 1) f('x'.repeat(i));`,
  }, { mode: 'record', functions: [{ id: 0, name: 'f' }] });
  // A file may have 4 blocks of 512 or 1,024 bytes.
  const run = at.shell(`ulimit -f 4 && exec "${process.execPath}" run.js`);
  assert.strictEqual(run.code, 0, run.stderr);
  const { truncated, functions: [f] } = at.collect();
  assert.strictEqual(f.seen, 300);
  assert.ok(f.stopped > 200 && f.kept >= 1, JSON.stringify(f));
  assert.strictEqual(f.copyable + f.stopped, 300);
  assert.strictEqual(truncated, 1);
});
