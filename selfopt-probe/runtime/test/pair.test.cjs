'use strict';
// Base and candidate in place: what the test sees, what is compared, what is timed.
const test = require('node:test');
const assert = require('node:assert');
const { form, project } = require('../testing/project.cjs');

/** Runs `use` with the paired functions of `lib` and gives the collected functions. */
function paired(t, lib, use, more) {
  const names = more && more.names ? more.names : ['f'];
  const at = project(t, { 'run.js': `'use strict';\n${lib}\n${use}` }, {
    mode: 'pair', pair: more && more.pair, functions: names.map((name, id) => ({ id, name })),
  });
  const run = at.node(['run.js']);
  assert.strictEqual(run.code, 0, run.stderr);
  const sum = at.collect();
  for (const one of sum.functions) {
    const undecided = Object.values(one.undecidable).reduce((a, b) => a + b, 0);
    assert.strictEqual(one.compared + undecided + one.nested + one.skipped + one.budget + one.constructorCalls, one.seen, JSON.stringify(one));
  }
  return { stdout: run.stdout, functions: sum.functions, f: sum.functions[0], at };
}

// Budgets are so large that no machine is too slow for them.
const TIMED = { time: true, warmUpCpuMs: 1, minBlockCpuMs: 1, blocks: 4, budgetMs: 60000, callBudgetMs: 20000 };

const plain = (base, candidate) => form.function(0, 'f', '$p0,$p1', base, `function f${candidate}`);

test('equal versions agree, and the test sees only the base', (t) => {
  const { f } = paired(t, `let n = 0; const assert = require('assert');
${plain('(list){ n += 0; list.push(1); return list.length; }', '(list){ list[list.length] = 1; return list.length; }')}`,
  'const list = [0]; assert.strictEqual(f(list), 2); assert.deepStrictEqual(list, [0, 1]); assert.strictEqual(f([]), 1);');
  assert.deepStrictEqual([f.seen, f.agreed, f.differs, f.difference], [2, 2, 0, null]);
  assert.deepStrictEqual(f.mutates, { base: true, candidate: true });
  assert.deepStrictEqual(f.elements, { min: 0, median: 0, max: 1 });
});

for (const [what, base, candidate, use, path] of [
  ['results', '(x){ return x; }', '(x){ return x === 3 ? -0 : x; }', 'f(1); f(3);', 'result'],
  ['mutations', '(x){ x.a = 1; }', '(x){ x.a = 1; x.b = 2; }', 'f({});', 'args[0].b'],
  ['throws', '(x){ if (!x) throw new TypeError("x"); }', '(x){ if (!x) throw new RangeError("x"); }', 'try { f(0); } catch (e) { if (!(e instanceof TypeError)) process.exit(9); }', 'result'],
  ['ends', '(x){ return x; }', '(x){ throw x; }', 'f(1);', 'outcome'],
  ['aliasing', '(x){ return x; }', '(x){ return [...x]; }', 'f([1]);', 'args[0]'],
  ['callback calls', '(x, g){ return x.some((y) => g(y)); }', '(x, g){ return x.map((y) => g(y)).includes(true); }', 'f([1, 2, 3], (y) => y > 1);', 'log'],
  ['prints', '(x){ console.log(x); }', '(x){ console.warn(x); }', 'f(1);', 'log'],
]) {
  test(`a difference is found: ${what}`, (t) => {
    const { f } = paired(t, plain(base, candidate), use);
    assert.strictEqual(f.differs, 1, JSON.stringify(f));
    assert.ok(f.difference.path.startsWith(path), JSON.stringify(f.difference));
    assert.strictEqual(f.difference.origin, 'recorded');
    assert.notStrictEqual(f.difference.base, f.difference.candidate);
  });
}

test('a counterexample is written for people, the shortest one is told', (t) => {
  const { f } = paired(t, plain('(x, y){ x.n = y; return [y]; }', '(x, y){ x.n = y; return y === 1 ? [y] : y; }'),
    'f({ long: "longer" }, 2); f.call({ a: 1 }, {}, 3); f({}, 3); f({}, 1);');
  assert.deepStrictEqual([f.agreed, f.differs], [1, 3]);
  assert.deepStrictEqual(f.difference, { input: '({}, 3)', base: 'returns [3]', candidate: 'returns 3', path: 'result', origin: 'recorded', call: 1 });
  const { f: g } = paired(t, plain('(x){ this.n = x; }', '(x){ this.n = -x; }'), 'f.call({ a: 1 }, 3);');
  assert.deepStrictEqual([g.difference.input, g.difference.base, g.difference.candidate, g.difference.path], [
    'this = {a: 1}; (3)', '3', '-3', 'this.n',
  ]);
});

test('of large inputs and results a counterexample has an excerpt, and the place that differs', (t) => {
  const graph = 'const g = { label: () => undefined, nodes: [] }; for (let i = 0; i < 900; i += 1) g.nodes.push({ id: i, to: [i + 1] });';
  const { f } = paired(t, plain('(x){ return { of: x.nodes, ends: { a: 1, b: 2 } }; }', '(x){ return { of: x.nodes, ends: { b: 2, a: 1 } }; }'),
    `${graph} f(g); f.call(g, g);`);
  const { input, base, candidate, path } = f.difference;
  assert.deepStrictEqual([base, candidate, path], ['.a .b', '.b .a', 'result.ends(order of keys)']);
  assert.match(input, /^\(\{label: .*…\), 900 elements$/);
  assert.ok(input.length < 430, `${input.length}`);
  const { f: whole } = paired(t, plain('(x){ return x.nodes; }', '(x){ return x.nodes.slice(); }'), `${graph} f.call(g, g);`);
  assert.ok(whole.difference.base.length < 450 && whole.difference.input.length < 640, JSON.stringify(whole.difference));
  const { f: ends } = paired(t, plain('(x){ return x.nodes; }', '(x){ throw x.nodes; }'), `${graph} f(g);`);
  assert.match(ends.difference.candidate, /^throws .*…$/);
  assert.ok(ends.difference.candidate.length <= 410);
});

test('methods run on copies of this, with prototypes, cycles and fields', (t) => {
  const { f } = paired(t, `class Graph {
  constructor() { this.nodes = new Map(); this.self = this; }
  add(n) { this.nodes.set(n, this.nodes.size); return this; }
  ${form.method(0, 'grow', '$p0', '(n){ for (let i = 0; i < n; i += 1) this.add(i); return this; }', 'function(n){ for (let i = 0; i < n; i += 1) this.nodes.set(i, this.nodes.size); return this; }')}
}
class Sub extends Graph {
  size() { return this.nodes.size; }
}`, 'const g = new Sub(); if (g.grow(3) !== g || g.size() !== 3) process.exit(9); g.grow(5); if (g.size() !== 5) process.exit(8);');
  assert.deepStrictEqual([f.agreed, f.differs, f.undecidable], [2, 0, {}]);
});

test('methods with super are judged when they change nothing of this', (t) => {
  const { functions } = paired(t, `class A { get() { return this.x; } set(x) { this.x = x; } }
class B extends A {
  ${form.superMethod(0, 'get', '', ['()', '{ return super.get() + 1; }'], '() => { return 1 + super.get(); }')}
  ${form.superMethod(1, 'set', '$p0', ['(x)', '{ super.set(x); }'], '(x) => { super.set(x); }')}
}`, 'const b = new B(); b.set(4); if (b.get() !== 5) process.exit(9);', { names: ['get', 'set'] });
  assert.deepStrictEqual([functions[0].agreed, functions[1].undecidable], [1, { 'super-mutates': 1 }]);
});

test('arrows are judged; those that see an outer this are not', (t) => {
  const { functions } = paired(t, `const f = ${form.arrow(0, 'f', '(x) => x + 1', '(x) => 1 + x')};
class A { constructor() { this.n = 0; this.g = ${form.arrow(1, 'g', '() => { this.n += 1; }', '() => { this.n++; }')}; } }`,
  'if (f(1) !== 2 || f.name !== "f") process.exit(9); const a = new A(); a.g(); if (a.n !== 1) process.exit(8);', { names: ['f', 'g'] });
  assert.deepStrictEqual([functions[0].agreed, functions[1].undecidable], [1, { 'lexical-this': 1 }]);
});

test('a callback that could be noticed is not called again', (t) => {
  const { f } = paired(t, plain('(x, g){ for (const y of x) g(y); }', '(x, g){ x.forEach((y) => g(y)); }'), `
const out = []; let n = 0;
f([1, 2], (x) => out.push(x));
f([1, 2], () => { n += 1; });
function spy() { spy.calls += 1; } spy.calls = 0;
f([1, 2], spy);
f([1, 2], new Proxy(() => {}, { apply() { n += 1; } }));
f([1, 2], Math.max);
f([1, 2], (x) => x * 2);
f([], (x) => out.push(x));
if (out.length !== 2 || n !== 4 || spy.calls !== 2) { console.error(out, n, spy.calls); process.exit(9); }`);
  assert.deepStrictEqual([f.agreed, f.undecidable], [3, { 'callback-spy': 2, 'callback-with-effects': 2 }]);
});

test('what a version prints is kept from the test, and the console is as it was', (t) => {
  const { f, stdout } = paired(t, plain('(x){ console.log("f", x); console.warn(x); return x; }', '(x){ console.log("f", x); console.warn(x); return x; }'), `
const seen = []; console.warn = function spied(x) { seen.push(x); };
const { log, warn } = console;
f(1); f(2);
if (seen.join() !== '1,2' || console.log !== log || console.warn !== warn) process.exit(9);
f(console.log); f({ g: setTimeout });`, { pair: TIMED });
  assert.deepStrictEqual([f.agreed, f.undecidable, stdout.split('\n').slice(0, 2)], [2, { 'callback-with-effects': 2 }, ['f 1', 'f 2']]);
  assert.strictEqual(stdout.split('\n').filter((line) => line.startsWith('f ')).length, 4);
});

test('what cannot be repeated is undecidable, with its reason', (t) => {
  const { f } = paired(t, `let n = 0; class P { #x = 1; x() { return this.#x; } }
${plain('(x){ n += 1; return x === "count" ? n : x === "fn" ? () => n : x === "later" ? Promise.resolve(1) : 0; }', '(x){ return x === "count" ? n : 0; }')}`, `
f('count'); f('fn'); f('later'); f(new P()); f(new WeakMap()); f(Promise.resolve(1)); f(new Proxy({}, {})); f((function* () {})());`);
  assert.deepStrictEqual(f.undecidable, {
    generator: 1, 'new-function': 1, 'not-repeatable': 1, 'private-state:P': 1, promise: 2, proxy: 1, 'weak-collection': 1,
  });
  assert.strictEqual(f.differs, 0);
});

test('functions that a run makes are compared by text where that says all', (t) => {
  const { f } = paired(t, `class Graph { constructor() { this.label = () => undefined; this.id = function (x) { return x; }; } }
${plain('(x){ const g = new Graph(); g.x = x; g.more = x === 2 ? () => true : g.label; return g; }', '(x){ const g = new Graph(); g.x = x; g.more = x === 2 ? () => false : x === 3 ? () => undefined : g.label; return g; }')}`,
  'f(1); f(2); f(3);');
  assert.deepStrictEqual([f.agreed, f.differs, f.undecidable], [1, 2, {}], 'the same function once more is another one');
  assert.strictEqual(f.difference.path, 'result.more');
});

test('a function whose calls cannot be repeated is left alone', (t) => {
  const { f, stdout } = paired(t, `let n = 0;\n${plain('(){ n += 1; return n; }', '(){ n += 1; return n; }')}`, 'for (let i = 0; i < 50; i += 1) f(); console.log(n);');
  assert.deepStrictEqual([f.undecidable, f.skipped], [{ 'not-repeatable': 5 }, 45]);
  assert.strictEqual(stdout, '55\n');
});

test('async functions are compared after they settled', (t) => {
  const { f } = paired(t, form.async(0, 'f', '$p0', '(x){ await null; x.n += 1; if (x.n > 5) throw new Error("5"); return x.n; }',
    'async function f(x){ x.n += 1; await null; if (x.n > 5) throw new Error("5"); return x.n === 3 ? 33 : x.n; }'), `
(async () => {
  const seen = [];
  for (const n of [1, 2, 5]) { const x = { n }; seen.push(await f(x).catch((e) => e.message), x.n); await new Promise((r) => setTimeout(r, 1)); }
  if (seen.join() !== '2,2,3,3,5,6') { console.error(seen); process.exit(9); }
})();`);
  assert.deepStrictEqual([f.agreed, f.differs, f.async], [2, 1, true]);
  assert.deepStrictEqual([f.difference.path, f.difference.base.includes('33'), f.difference.candidate.includes('33')], ['result', false, true]);
});

test('generators are compared as far as the test took them', (t) => {
  const { functions } = paired(t, `${form.generator(0, 'f', '$p0', '(n){ for (let i = 0; i < n; i += 1) yield i; return n; }',
    'function* f(n){ let i = 0; while (i < n) { yield i === 3 ? "three" : i; i += 1; } return n; }')}
${form.asyncGenerator(1, 'g', '', '(){ yield 1; }', 'async function* g(){ yield 1; }')}`, `
const all = [...f(3)]; const [a, b] = f(9); const it = f(2); it.next(); it.next('sent');
if (all.join() !== '0,1,2' || a + b !== 1 || [...f(4)].join() !== '0,1,2,3') process.exit(9);
(async () => { for await (const x of g()) if (x !== 1) process.exit(8); })();`, { names: ['f', 'g'] });
  assert.deepStrictEqual([functions[0].agreed, functions[0].differs, functions[0].undecidable], [2, 1, { 'two-way-generator': 1 }]);
  assert.strictEqual(functions[0].difference.path, 'result.values[3]');
  assert.deepStrictEqual([functions[1].agreed, functions[1].undecidable], [1, {}]);
});

test('async generators are compared by what they yield and by the callbacks that they call', (t) => {
  const { f } = paired(t, form.asyncGenerator(0, 'f', '$p0', '(load){ for (let i = 0; i < 3; i += 1) yield await load(i); }',
    'async function* f(load){ const all = [load(0), load(1), load(2)]; for (const one of all) yield await one; }'), `
(async () => {
  const seen = [];
  for await (const x of f(async (n) => n * 2)) seen.push(x);
  for await (const x of f((n) => n)) seen.push(x);
  for await (const x of f(async (n) => n + 1)) { seen.push(x); break; }
  if (seen.join() !== '0,2,4,0,1,2,1') { console.error(seen); process.exit(9); }
})();`);
  // Loaded at once, and before they are wanted; what is there at once cannot be told from it.
  assert.deepStrictEqual([f.agreed, f.differs, f.undecidable], [1, 2, {}]);
  assert.match(f.difference.path, /^log/);
});

test('async callbacks count with how they settle and whether one waits for the other', (t) => {
  const { functions } = paired(t, `${form.async(0, 'f', '$p0,$p1', '(x, g){ const all = []; for (const y of x) all.push(await g(y)); return all; }',
    'async function f(x, g){ return Promise.all(x.map((y) => g(y))); }')}
${form.async(1, 'g', '$p0,$p1', '(x, g){ return Promise.allSettled(x.map((y) => g(y))); }',
    'async function g(x, g){ const all = x.map((y) => g(y)); const out = await Promise.allSettled(all); return out.slice(); }')}`, `
(async () => {
  const odd = async (n) => { if (n % 2 === 0) throw new RangeError('even'); return n; };
  await f([1], odd); await f([], odd); await f([1, 3], odd);
  await g([1, 2, 3], odd);
})();`, { names: ['f', 'g'] });
  assert.deepStrictEqual([functions[0].agreed, functions[0].differs, functions[0].undecidable], [2, 1, {}]);
  assert.match(functions[0].difference.path, /^log\[1\]/);
  assert.deepStrictEqual([functions[1].agreed, functions[1].undecidable], [1, {}]);
});

test('listeners that must not be called again are stood in for, and leave while they are called', (t) => {
  const emitter = (base, candidate) => paired(t, `class Emitter { constructor() { this.all = new Map(); }
  on(k, f) { this.all.set(k, [...(this.all.get(k) || []), { f }]); return this; }
  ${form.method(0, 'emit', '$p0', base, `function${candidate}`)} }`, `
let n = 0; const e = new Emitter().on('x', () => { n += 1; }).on('x', () => { n += 1; }).on('x', () => { n += 1; });
if (e.emit('x') !== 3 || n !== 3 || e.all.get('x').length !== 3) process.exit(9);`).f;
  const copied = '(k){ const list = [...this.all.get(k)]; for (const { f } of list) f.call(this); return list.length; }';
  const live = emitter(copied, '(k){ const list = this.all.get(k), n = list.length; for (let i = 0; i < list.length; i += 1) list[i].f.call(this); return n; }');
  assert.deepStrictEqual([live.agreed, live.differs], [0, 1]);
  assert.match(live.difference.path, /^with callbacks that leave the list that holds them: /);
  const less = emitter(copied, '(k){ const list = this.all.get(k).slice(0, 2); list.forEach(({ f }) => f.call(this)); return 3; }');
  assert.match(less.difference.path, /^with callbacks that do nothing: log/);
  // What agrees with stand-ins alone is no proof of the test's own callbacks.
  const same = emitter(copied, '(k){ const list = this.all.get(k).slice(); list.forEach(({ f }) => f.call(this)); return list.length; }');
  assert.deepStrictEqual([same.agreed, same.differs, same.undecidable], [0, 0, { 'callback-with-effects': 1 }]);
});

test('what an async version prints is kept from the test, what the test prints meanwhile is not', (t) => {
  const print = '(x){ await null; console.log("f", x); await null; console.warn(x); return x; }';
  const { f, stdout } = paired(t, form.async(0, 'f', '$p0', print, `async function f${print}`), `
const { log } = console;
(async () => {
  await f(1);
  for (let i = 0; i < 20; i += 1) { console.log('test', i); await null; }
  for (let i = 0; i < 1000 && console.log !== log; i += 1) await new Promise((r) => setImmediate(r));
  if (console.log !== log) process.exit(9);
})();`);
  assert.deepStrictEqual([f.agreed, f.undecidable], [1, {}]);
  assert.strictEqual(stdout.split('\n').filter((line) => line.startsWith('f ')).length, 1, stdout);
  assert.strictEqual(stdout.split('\n').filter((line) => line.startsWith('test ')).length, 20, stdout);
});

test('calls made while a side runs stay on that side and are not counted', (t) => {
  const { f } = paired(t, `const calls = { base: 0, candidate: 0 };
${plain('(n){ calls.base += 1; return n === 0 ? 0 : module.exports(n - 1) + 1; }', '(n){ calls.candidate += 1; return n === 0 ? 0 : module.exports(n - 1) + 1; }')}
module.exports = f;`, 'f(3); console.log(JSON.stringify(calls));');
  assert.deepStrictEqual([f.seen, f.nested, f.agreed], [4, 3, 1]);
});

test('functions that change together are on one side together, also those that nobody judges', (t) => {
  // The candidate's `g` and `h` take an argument more, which only the candidate's `f` gives.
  const g = form.function(7, 'g', '$p0,$p1', '(n){ return n + 1; }', 'function g(n, by){ return n + by; }');
  const h = `const h = ${form.arrow(8, 'h', '(n) => n * 2', '(n, by) => n * by')};`;
  const f = plain('(x){ return h(g(x.n)); }', '(x){ return h(g(x.n - 1, 2) / 2, 4); }');
  const { functions } = paired(t, `${g}\n${h}\n${f}`, 'if (f({ n: 3 }) !== 8 || g(1) !== 2 || h(2) !== 4) process.exit(9);');
  assert.deepStrictEqual(functions.map(({ id, seen, agreed }) => ({ id, seen, agreed })), [{ id: 0, seen: 1, agreed: 1 }]);
});

test('calls that agree are made again with other texts: what no test gives is found, and the test sees none of it', (t) => {
  // A pass over letters that forgets how long the character before them was.
  const scan = (skip) => `(text, ok){ let n = 0; let char = 0; for (let i = 0; i < text.length; char > 0xffff ? i += 2 : i += 1) { ${skip}char = text.codePointAt(i); if (char < 32) return -1; n += 1; } return ok(n) ? n : 0; }`;
  const skip = "if (text[i] >= 'a' && text[i] <= 'z') { n += 1; continue; } ";
  const use = "const seen = []; for (const text of ['some', 'texts', 'in', 'letters', 'A B', '12', 'x-y', 'more of them', 'the last']) seen.push(f(text, (n) => n > 0)); if (seen.join() !== '4,5,2,7,3,2,3,12,8') process.exit(9);";
  const { f } = paired(t, plain(scan(''), scan(skip)), use, { pair: { varyMs: 60000 } });
  assert.deepStrictEqual([f.agreed, f.differs, f.difference], [9, 0, null]);
  assert.ok(f.inside.tried === 72 && f.inside.agreed < f.inside.tried, JSON.stringify(f.inside));
  const { origin, base, candidate, input, path } = f.differenceInside;
  assert.deepStrictEqual([origin, path], ['variation', 'result']);
  assert.notStrictEqual(base, candidate);
  assert.match(input, /\u{1F600}[a-z]/u);
  const right = paired(t, plain(scan(''), scan(skip.replace('n += 1;', 'n += 1; char = 0;'))), use, { pair: { varyMs: 60000 } }).f;
  assert.deepStrictEqual([right.agreed, right.inside, right.differenceInside], [9, { tried: 72, agreed: 72 }, null]);
});

test('a name that every object has is a text where the base takes it as one', (t) => {
  const use = "const is = (x) => x; for (const word of ['open', 'shut', 'left', 'right', 'up', 'down']) f(word, is);";
  const words = "(word, is){ return is(word === 'open' ? 1 : word === 'shut' ? 2 : 0); }";
  const table = '(word, is){ return is({ open: 1, shut: 2 }[word] || 0); }';
  const told = paired(t, plain(words, table), use, { pair: { varyMs: 60000 } }).f;
  assert.deepStrictEqual([told.agreed, told.differs], [6, 0]);
  assert.match(told.differenceInside.input, /"(?:__proto__|constructor|toString|hasOwnProperty)"/);
  const left = paired(t, plain(table, words), use, { pair: { varyMs: 60000 } }).f;
  assert.deepStrictEqual([left.agreed, left.differenceInside], [6, null]);
});

test('what throws on another text, differs from itself or takes no text says nothing', (t) => {
  const throwing = paired(t, plain("(x){ if (x.length > 3) throw new Error(x); return x; }", '(x){ return x; }'), "f('abc');").f;
  assert.deepStrictEqual([throwing.agreed, throwing.inside, throwing.differenceInside], [1, { tried: 0, agreed: 0 }, null]);
  const memory = paired(t, `let n = 0;\n${plain("(x){ if (x !== 'abc') n += 1; return x + n; }", "(x){ if (x !== 'abc') n += 1; return x + n; }")}`, "f('abc');").f;
  assert.deepStrictEqual([memory.agreed, memory.inside, memory.differenceInside], [1, { tried: 0, agreed: 0 }, null]);
  const none = paired(t, plain('(x){ return x; }', '(x){ return x; }'), "f('abc'); f(1);", { pair: { variations: 0 } }).f;
  assert.deepStrictEqual([none.agreed, none.inside], [2, { tried: 0, agreed: 0 }]);
});

for (const [what, base, candidate, use, how] of [
  ['live', '(x){ let s = 0; for (let i = 0; i < x.length; i += 1) s += x[i]; return s; }', '(x){ let s = 0; for (const y of x) s += y; return s; }', 'const x = new Array(500).fill(1); for (let i = 0; i < 3; i += 1) if (f(x) !== 500) process.exit(9);', 'live'],
  ['copied', '(x){ return x.sort((a, b) => a - b); }', '(x){ return x.sort((a, b) => (a < b ? -1 : 1)); }', 'const x = Array.from(new Array(501).keys(), (n) => (n * 7919) % 503); for (let i = 0; i < 3; i += 1) { const y = [...x]; if (f(y) !== y || y[0] !== 0 || x[1] === 1) process.exit(9); }', 'copy'],
]) {
  test(`timing on ${what} values writes blocks and leaves the test's values alone`, (t) => {
    const { f } = paired(t, plain(base, candidate), use, { pair: TIMED });
    assert.strictEqual(f.agreed, 3);
    assert.strictEqual(f.timing.timed, 3, JSON.stringify(f.timing));
    assert.strictEqual(f.processes.length, 1);
    const [{ blocks, elements, callsPerBlock }] = f.processes;
    assert.ok(blocks.length >= 3 && blocks.length <= 12, String(blocks.length));
    assert.ok(blocks.every((block) => block.how === how && block.rounds >= 1 && block.base.wallNs > 0 && block.candidate.wallNs > 0));
    assert.strictEqual(elements, how === 'live' ? 500 : 501);
    assert.ok(blocks.some((block) => block.rounds === callsPerBlock));
  });
}

test('what differs, throws or settles later is not timed', (t) => {
  const { f } = paired(t, plain('(x){ if (x < 0) throw new Error("x"); return x; }', '(x){ if (x < 0) throw new Error("x"); return x === 2 ? 3 : x; }'),
    'try { f(-1); } catch (e) {} f(2); f(1);', { pair: TIMED });
  assert.deepStrictEqual([f.agreed, f.differs, f.processes, f.timing], [2, 1, [], {}]);
});

test('the budgets bound what is added', (t) => {
  const versions = plain('(x){ let s = 0; for (let i = 0; i < 1e4; i += 1) s += i; return s; }', '(x){ let s = 0; for (let i = 0; i < 1e4; i += 1) s += i; return s; }');
  const none = paired(t, versions, 'for (let i = 0; i < 10; i += 1) f(i);', { pair: { budgetMs: 0 } });
  assert.deepStrictEqual([none.f.budget, none.f.compared], [10, 0]);
  const few = paired(t, versions, 'for (let i = 0; i < 2000; i += 1) f(i);', { pair: { compareCalls: 20 } });
  assert.ok(few.f.compared >= 10 && few.f.compared < 200, String(few.f.compared));
  const short = paired(t, versions, 'for (let i = 0; i < 50; i += 1) f(i);', { pair: { ...TIMED, budgetMs: 60, blocks: 1000 } });
  assert.ok(short.f.budget > 0, JSON.stringify(short.f));
  // A block of less than 0.1 ms is not written, so 60 ms hold at most 600.
  assert.ok(short.f.processes[0].blocks.length <= 601);
});

test('sizes above 999 are counted by three digits', (t) => {
  const { f } = paired(t, plain('(x){ return x.length; }', '(x){ return x.length; }'), 'for (const n of [3, 999, 1234, 1239, 98765]) f(new Array(n).fill(0));');
  assert.deepStrictEqual(f.elements, { min: 3, median: 1230, max: 98700 });
});

test('warm calls pass first', (t) => {
  const { f } = paired(t, plain('(x){ return x; }', '(x){ return x; }'), 'for (let i = 0; i < 10; i += 1) f(i);', { pair: { warmCalls: 7 } });
  assert.deepStrictEqual([f.skipped, f.agreed], [7, 3]);
});

test('nothing of a call is held when it is over', (t) => {
  const at = project(t, { 'run.js': `'use strict';
${plain('(x, g){ return x.list.map((y) => g(y)).length; }', '(x, g){ let n = 0; for (const y of x.list) { g(y); n += 1; } return n; }')}
const registry = [];
(function use() { for (let i = 0; i < 5; i += 1) { const x = { list: [1, 2, 3] }; registry.push(new WeakRef(x)); f(x, (y) => y); } })();
setTimeout(() => { global.gc(); console.log(registry.filter((ref) => ref.deref() !== undefined).length); }, 0);` },
  { mode: 'pair', pair: TIMED, functions: [{ id: 0, name: 'f' }] });
  const run = at.node(['--expose-gc', 'run.js']);
  assert.strictEqual(run.stdout, '0\n', run.stderr);
  assert.strictEqual(at.collect().functions[0].agreed, 5);
});
