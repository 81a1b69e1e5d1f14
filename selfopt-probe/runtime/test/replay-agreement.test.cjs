'use strict';
// What a replay must not report: equal code on all kinds of inputs, and calls from which nothing can be
// concluded, each counted under its reason.
const test = require('node:test');
const assert = require('node:assert');
const { createRandom } = require('../reservoir.cjs');
const { replaySides } = require('../testing/sides.cjs');

/** A value of a random kind; `classes` has one registered class. */
function anyValue(random, depth, classes, seen) {
  const below = (n) => Math.floor(random() * n);
  const inner = () => anyValue(random, depth - 1, classes, seen);
  const list = () => Array.from({ length: below(4) }, inner);
  const leaf = [
    () => below(100), () => -0, () => NaN, () => 1.5, () => Infinity, () => 'text', () => '__proto__', () => 'é\u{1F600}\ud83d',
    () => true, () => null, () => undefined, () => 12345678901234567890n, () => Symbol.iterator, () => Symbol.for('k'),
    () => new Date(below(1e9)), () => new Date(NaN), () => /a(b)/giy, () => Object(1), () => Object('s'), () => Array, () => Math.max,
    () => new Uint8Array([1, 2, 3]).subarray(1), () => new Float64Array([NaN, -0]), () => Buffer.from('xyz'), () => new ArrayBuffer(3),
    () => (seen.length > 0 ? seen[below(seen.length)] : null),
  ];
  if (depth === 0) return leaf[below(leaf.length)]();
  const made = [
    ...leaf,
    list, list, () => [1, , 3], () => Object.assign(list(), { extra: 1 }),
    () => ({ a: inner(), b: inner() }), () => ({ 2: inner(), 1: inner(), z: inner() }), () => Object.assign(Object.create(null), { k: inner() }),
    () => Object.freeze({ f: inner() }), () => ({ [Symbol.for('s')]: inner() }),
    () => new Map([[inner(), inner()], ['k', inner()]]), () => new Set(list()),
    () => Object.assign(new RangeError('far'), { code: below(9) }), () => new classes.Node(inner(), inner()),
    () => { const o = { name: 'loop' }; o.self = o; return o; },
    () => Object.defineProperty({}, 'hidden', { value: inner(), enumerable: false, configurable: true }),
  ][below(leaf.length + 15)]();
  if (typeof made === 'object' && made !== null) seen.push(made);
  return made;
}

const WALKER = `
class Node{constructor(value,next){this.value=value;this.next=next}}
function f(x, y, ...rest){
  const seen=new Set();const names=[];
  (function walk(v,depth){
    if(depth>40||names.length>500)return;
    if(typeof v!=='object'||v===null){names.push(typeof v==='symbol'?String(v):typeof v==='function'?v.name:v);return}
    if(seen.has(v)){names.push('again');return}
    seen.add(v);
    if(v instanceof Map){for(const [k,w] of v){walk(k,depth+1);walk(w,depth+1)}}
    else if(v instanceof Set){for(const w of v)walk(w,depth+1)}
    else for(const k of Reflect.ownKeys(v)){names.push(String(k));walk(v[k],depth+1)}
    if(Array.isArray(v)&&Object.isExtensible(v)&&v.length<50)v.push(v.length);
    if(v instanceof Node)v.next=new Node(v,null);
    if(v instanceof RegExp)v.lastIndex+=1;
  })(x,0);
  console.log('walked',names.length);
  if(names.length>40)throw Object.assign(new TypeError('too many'),{names,at:y});
  return {names,x,y,rest,at:Date.now(),r:Math.random()};
}`;

test('equal code agrees on all kinds of inputs and on variations of them', async (t) => {
  const random = createRandom(7);
  const result = await replaySides(t, {
    classes: ['Node'],
    base: WALKER,
    candidate: WALKER,
    inputs: (classes) => Array.from({ length: 120 }, () => {
      const seen = [];
      return Array.from({ length: 1 + Math.floor(random() * 3) }, () => anyValue(random, 3, classes, seen));
    }),
    request: { variations: 400 },
  });
  assert.deepStrictEqual([result.difference, result.differenceInside, result.differenceOutside], [null, null, null]);
  assert.deepStrictEqual([result.calls, result.replayable, result.agreed], [120, 120, 120]);
  assert.deepStrictEqual([result.nondeterministic, result.unfaithful, result.undecidable], [0, 0, {}]);
  const { inside, outside } = result.variations;
  assert.strictEqual(inside.tried, inside.agreed);
  assert.strictEqual(outside.tried, outside.agreed);
  assert.ok(inside.tried > 100 && outside.tried > 100, JSON.stringify(result.variations));
  assert.deepStrictEqual(result.mutates, { base: true, candidate: true });
});

const COUNTED = [
  ['a function as the result', 'function f(x){return ()=>x}', [[1], [2]], { undecidable: { function: 2 } }],
  ['an instance of an unknown class', 'class Q{} function f(x){return x?new Q():1}', [[1], [0]], { undecidable: { 'class-instance:Q': 1 }, agreed: 1 }],
  ['an accessor', 'function f(){return {get a(){return 1}}}', [[]], { undecidable: { accessor: 1 } }],
  ['a promise that never settles', 'function f(){return new Promise(()=>{})}', [[]], { undecidable: { 'never-settles': 1 } }, [null]],
  ['a base that differs from process to process', 'function f(x){return x+process.pid}', [[1]], { nondeterministic: 1 }],
  ['a base with random numbers that are not ours', 'const c=require("crypto");function f(x){return c.generateKeyPairSync?c.createHash("md5").update(c.randomFillSync(Buffer.alloc(9))).digest("hex"):x}',
    [[1]], { nondeterministic: 1 }, [null]],
  ['a counter in the module', 'let n=0;function f(){return ++n}', [[], []], { unfaithful: 2 }, ['return 7', 'return 9']],
  ['a counter in the module, seen from its start', 'let n=0;function f(){return ++n}', [[], []], { undecidable: { 'module-state': 2 } }],
  ['a setting in the module', 'let level=0;function f(x){return x+level}', [[1]], { unfaithful: 1 }, ['return 4']],
  ['a base that ends the process', 'function f(x){if(x===1)process.exit(0);return x}', [[0], [1], [2]], { undecidable: { 'base-exits': 1 }, agreed: 2 }, [null, null, null]],
  ['a base that hangs', 'function f(x){while(x===1);return x}', [[0], [1], [2]], { undecidable: { 'base-hangs': 1 }, agreed: 2 }, [null, null, null]],
  ['a base that runs out of stack', 'function f(x){return f(x)+1}', [[0]], { undecidable: { 'stack-overflow': 1 } }],
];

for (const [what, source, inputs, expected, recorded] of COUNTED) {
  test(`counted and not compared: ${what}`, async (t) => {
    const { encode } = require('../graph.cjs');
    const outcomes = recorded && recorded.map((text, i) => (text === null
      ? null
      : { kind: 'return', encoding: encode([Number(text.replace('return ', '')), undefined, ...inputs[i]]) }));
    // The candidate is another function: without the reason it would be a difference.
    const candidate = `${source.replace('function f(', 'function g(')};function f(...a){const r=g.apply(this,a);return typeof r==='number'&&r>50?r+1:r}`;
    const result = await replaySides(t, { base: source, candidate, inputs, outcomes });
    const { unfaithful, nondeterministic, undecidable, agreed } = result;
    assert.deepStrictEqual({ unfaithful, nondeterministic, undecidable, agreed }, { unfaithful: 0, nondeterministic: 0, undecidable: {}, agreed: 0, ...expected });
    assert.strictEqual(result.difference, null);
    const open = Object.values(undecidable).reduce((sum, count) => sum + count, 0);
    assert.strictEqual(result.replayable + unfaithful + nondeterministic + open, result.calls);
  });
}

test('a candidate with a cache that fills agrees', async (t) => {
  const result = await replaySides(t, {
    base: 'function f(s){return new RegExp("^"+s).test("abc")}',
    candidate: 'const cache=new Map();function f(s){let r=cache.get(s);if(!r)cache.set(s,r=new RegExp("^"+s));return r.test("abc")}',
    inputs: [['a'], ['b'], ['a'], ['ab']],
    request: { variations: 60 },
  });
  assert.deepStrictEqual([result.difference, result.differenceInside, result.differenceOutside], [null, null, null]);
  assert.strictEqual(result.agreed, 4);
});

test('a base that gives out one object again and again agrees with itself', async (t) => {
  const source = 'const NONE=[];const all=[];function f(l){all.push(l);return l.length?all.slice(-1):NONE}';
  const result = await replaySides(t, { base: source, candidate: source, inputs: [[[]], [[1]], [[]], [[2]]], request: { variations: 40 } });
  assert.deepStrictEqual([result.difference, result.differenceInside, result.agreed], [null, null, 4]);
});

test('what depends on time and chance agrees, unverified', async (t) => {
  const source = 'function f(x){return [x,Date.now(),new Date(),Math.random()]}';
  const result = await replaySides(t, { base: source, candidate: source, inputs: [[1], [2]] });
  assert.deepStrictEqual([result.agreed, result.unverified, result.unfaithful], [2, 2, 0]);
});

test('messages of the engine that quote another source are faithful', async (t) => {
  const { encode } = require('../graph.cjs');
  const source = 'function f(list){return list.map(x=>x)}';
  const result = await replaySides(t, {
    base: source,
    candidate: source,
    inputs: [[5], [5]],
    outcomes: ['_list2.map is not a function', 'no list'].map((text) => ({ kind: 'throw', encoding: encode([new TypeError(text), undefined, 5]) })),
  });
  assert.deepStrictEqual([result.agreed, result.unfaithful], [1, 1]);
});

test('a function that takes too long on large numbers is still varied', async (t) => {
  const source = 'function f(n){let s=0;for(let i=0;i<n;i++)s+=i%3;return s}';
  const result = await replaySides(t, { base: source, candidate: source, inputs: [[4], [9]], request: { variations: 80 } });
  const { inside, outside } = result.variations;
  assert.deepStrictEqual([result.differenceInside, result.differenceOutside], [null, null]);
  assert.ok(inside.undecidable > 0 && inside.agreed > 5 && outside.agreed > 5, JSON.stringify(result.variations));
});

test('traces of the stack in printed text are not compared', async (t) => {
  const result = await replaySides(t, {
    base: 'function f(x){console.error(new Error("seen"));return x}',
    candidate: '\n\nfunction g(x){console.error(new Error("seen"));return x}\nfunction f(x){return g(x)}',
    inputs: [[1]],
  });
  assert.strictEqual(result.difference, null);
  assert.strictEqual(result.agreed, 1);
});

test('async functions agree and are told to be async', async (t) => {
  const result = await replaySides(t, {
    base: 'async function f(n){for(let i=0;i<n;i++)await i;return n}',
    candidate: 'function f(n){return new Promise(r=>setTimeout(()=>r(n),1))}',
    inputs: [[1], [3]],
  });
  assert.deepStrictEqual([result.agreed, result.async, result.difference], [2, true, null]);
});

test('a recorded generator that was left early is replayed to the same point', async (t) => {
  const { encode } = require('../graph.cjs');
  const source = 'function* f(l){for(const x of l){l.push(x);yield x}}';
  const list = [1, 2];
  const after = [1, 2, 1, 2];
  const result = await replaySides(t, {
    base: source,
    candidate: source,
    inputs: [[list]],
    outcomes: [{ kind: 'yields', encoding: encode([{ values: [1, 2], end: 'left', value: undefined }, undefined, after]) }],
  });
  assert.deepStrictEqual([result.agreed, result.unfaithful, result.unverified], [1, 0, 0]);
});
