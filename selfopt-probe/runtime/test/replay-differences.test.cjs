'use strict';
// What a replay must catch on recorded calls: one wrong candidate for each way in which outcomes differ.
const test = require('node:test');
const assert = require('node:assert');
const { replaySides } = require('../testing/sides.cjs');

/** `[what, base, candidate, inputs, path, base's text, candidate's text]` */
const CASES = [
  ['minus zero', 'function f(x){return x*-1}', 'function f(x){return 0-x}', [[0]], /^result$/, '-0', '0'],
  ['NaN', 'function f(x){return x/0*0}', 'function f(x){return 0}', [[1]], /^result$/, 'NaN', '0'],
  ['a hole', 'function f(n){return new Array(n)}', 'function f(n){return Array(n).fill()}', [[2]], /^result\[0\]$/, '(hole)', 'undefined'],
  ['undefined and missing', 'function f(){return {a: undefined}}', 'function f(){return {}}', [[]], /^result\.a$/, 'undefined', '(no such property)'],
  ['order of keys', 'function f(a,b){return {a,b}}', 'function f(a,b){return {b,a}}', [[1, 2]], /order of keys/, '.a .b', '.b .a'],
  ['a prototype', 'function f(){return Object.create(null)}', 'function f(){return {}}', [[]], /\[\[Prototype\]\]/, /null/, /./],
  ['a symbol key', 'function f(){return {[Symbol.for("k")]: 1}}', 'function f(){return {}}', [[]], /Symbol\(k\)/, '1', '(no such property)'],
  ['an attribute', 'function f(){return Object.defineProperty({},"a",{value:1,enumerable:false})}',
    'function f(){return {a:1}}', [[]], /^result\.a$/, 'no attributes', 'usual attributes'],
  ['frozen', 'function f(a){return Object.freeze({a})}', 'function f(a){return {a}}', [[1]], /^result$/, 'frozen', 'extensible'],
  ['the order of a Map', 'function f(l){return new Map(l.map(x=>[x,1]))}',
    'function f(l){return new Map(l.slice().sort().map(x=>[x,1]))}', [[['b', 'a']]], /^result/, '"b"', '"a"'],
  ['the order of a Set', 'function f(l){return new Set(l)}', 'function f(l){return new Set(l.slice().reverse())}', [[[1, 2]]], /^result/, '1', '2'],
  ['the type of a typed array', 'function f(l){return Float64Array.from(l)}', 'function f(l){return Float32Array.from(l)}', [[[1]]], /^result/, /Float64Array/, /Float32Array/],
  ['the bytes of a typed array', 'function f(l){return Uint8Array.from(l)}', 'function f(l){return Uint8ClampedArray.from(l).map(x=>x) && new Uint8Array(Uint8ClampedArray.from(l))}',
    [[[300]]], /byte 0/, '44', '255'],
  ['a Date', 'function f(n){return new Date(n)}', 'function f(n){return new Date(n+1)}', [[5]], /^result/, '5', '6'],
  ['the flags of a RegExp', 'function f(s){return new RegExp(s,"g")}', 'function f(s){return new RegExp(s)}', [['a']], /^result/, '/a/g', '/a/'],
  ['the lastIndex of a RegExp', 'function f(r){return [r.test("aa"), r]}', 'function f(r){return ["aa".search(r) >= 0, r]}', [[/a/g]], /lastIndex/, '1', '0'],
  ['a bigint', 'function f(n){return BigInt(n)}', 'function f(n){return n}', [[3]], /^result$/, '3n', '3'],
  ['the class of an error', 'function f(){throw new TypeError("no")}', 'function f(){throw new RangeError("no")}', [[]], /Prototype/, /TypeError/, /RangeError/],
  ['the message of an error', 'function f(){throw new Error("no")}', 'function f(){throw new Error("No")}', [[]], /message/, '"no"', '"No"'],
  ['throwing or not', 'function f(x){if(!x)throw new Error("empty");return x}', 'function f(x){return x}', [['']], /^outcome$/, 'throws Error: empty', 'returns ""'],
  ['the result being the input', 'function f(l){return l}', 'function f(l){return l.slice()}', [[[1]]], /^args\[0\]$/, /same object as result/, /object of its own/],
  ['objects inside being shared', 'function f(o){return [o,o]}', 'function f(o){return [o,{...o}]}', [[{ a: 1 }]], /^result\[1\]$/, /same object/, /object of its own/],
  ['a mutation of an argument', 'function f(l){l.sort();return l.length}', 'function f(l){return l.length}', [[['b', 'a']]], /^args\[0\]\[0\]$/, '"a"', '"b"'],
  ['an array left with holes', 'function f(l){l.length=0;return 1}', 'function f(l){while(l.length)l.pop();l.x=1;delete l.x;l.length=1;return 1}', [[[1]]], /^args\[0\]\.length$/, '0', '1'],
  ['a promise instead of a value', 'function f(x){return x}', 'async function f(x){return x}', [[1]], /^outcome$/, 'returns 1', 'resolves to 1'],
  ['the value of a promise', 'async function f(x){return x}', 'async function f(x){return x+1}', [[1]], /^result$/, '1', '2'],
  ['a rejection', 'async function f(x){throw new Error("late")}', 'async function f(x){}', [[1]], /^outcome$/, 'rejects with Error: late', 'resolves to undefined'],
  ['a synchronous throw instead of a rejection', 'async function f(x){if(x)throw new Error("no")}',
    'function f(x){if(x)throw new Error("no");return Promise.resolve()}', [[1]], /^outcome$/, 'rejects with Error: no', 'throws Error: no'],
  ['a promise that never settles', 'async function f(x){return x}', 'function f(x){return new Promise(()=>{})}', [[1]], /^outcome$/, 'resolves to 1', /never settles/],
  ['a generator\'s values', 'function* f(n){for(let i=0;i<n;i++)yield i}', 'function* f(n){for(let i=1;i<=n;i++)yield i}', [[2]], /value 0 came/, '0', '1'],
  ['a generator\'s return value', 'function* f(n){yield n;return n}', 'function* f(n){yield n}', [[2]], /^result\.value$/, '2', 'undefined'],
  ['values before a throw', 'function* f(n){yield n;throw new Error("end")}', 'function* f(n){throw new Error("end")}', [[2]], /^result/, '1', '0'],
  ['when a generator mutates', 'function* f(l){yield 1;l.push(1);yield 2}', 'function* f(l){l.push(1);yield 1;yield 2}', [[[]]], /value 0 came: args\[0\]\.length/, '0', '1'],
  ['what a generator does when it is left', 'function* f(l){try{yield 1;yield 2}finally{l.push("closed")}}',
    'function* f(l){yield 1;yield 2;l.push("closed")}', [[[]]], /consumed to another point: args\[0\]/, '1', '0'],
  ['an async generator\'s values', 'async function* f(n){yield n;yield n+1}', 'async function* f(n){yield n;yield n+2}', [[1]], /value 1 came/, '2', '3'],
  ['an array instead of an iterator', 'function f(l){return l.values()}', 'function f(l){return l.slice()}', [[[1]]], /^outcome$/, /^yields/, /^returns/],
  ['console output', 'function f(x){console.log("x is",x);return x}', 'function f(x){console.log("x =",x);return x}', [[1]], /^output$/, /x is 1/, /x = 1/],
  ['no console output', 'function f(x){console.error("oh");return x}', 'function f(x){return x}', [[1]], /^output$/, /stderr: oh/, '""'],
  ['reads of the clock', 'function f(x){return x+0*(Date.now()-Date.now())}', 'function f(x){const n=Date.now();return x+0*(n-n-1)*-1}', [[1]], /^reads/, /×2/, /×1/],
  ['reads of random numbers', 'function f(l){return l.filter(()=>Math.random()<2)}', 'function f(l){return l.slice()}', [[[1, 2]]], /^reads/, /Math\.random ×2/, /none/],
  ['a random number read twice', 'function f(x){return x+0*crypto.randomUUID().length}', 'function f(x){crypto.randomUUID();return x+0*crypto.randomUUID().length}', [[1]], /^reads/, /×1/, /×2/],
  ['an unstable order', 'function f(l){return l.map(x=>({...x})).sort((a,b)=>a.k-b.k)}',
    'function f(l){return l.map(x=>({...x})).reverse().sort((a,b)=>a.k-b.k)}', [[[{ k: 1, v: 'a' }, { k: 1, v: 'b' }]]], /^result\[0\]\.v$/, '"a"', '"b"'],
  ['one object given out twice', 'function f(x){return {x}}', 'const cache=new Map();function f(x){let r=cache.get(x);if(!r)cache.set(x,r={x});return r}',
    [[1], [1]], /identity across calls/, 'objects of its own', /earlier call gave out/],
  ['state that stays between calls', 'function f(s){return /a/g.test(s)}', 'const r=/a/g;function f(s){return r.test(s)}', [['a'], ['a']], /^result$/, 'true', 'false'],
  ['state that shows when one input comes again', 'function f(s){return s.length}', 'const seen=new Set();function f(s){const n=seen.has(s)?0:s.length;seen.add(s);return n}',
    [['a']], /called again/, '1', '0'],
  ['what is remembered of an object that was changed', 'function f(l){return l.length}',
    'const known=new WeakMap();function f(l){if(!known.has(l))known.set(l,l.length);return known.get(l)}', [[[1]], [[1, 2]], [[]]], /hold something else now: result/, /[012]/, /[012]/],
  ['what is remembered of a Map that was changed', 'function f(m){return [...m.values()].length}',
    'const known=new WeakMap();function f(m){let n=known.get(m);if(n===undefined)known.set(m,n=[...m.values()].length);return n}',
    [[new Map([[1, 1]])], [new Map()]], /hold something else now: result/, /[01]/, /[01]/],
  ['what a call depends on that comes later', 'function f(s){return s.length}',
    'let last="";function f(s){const n=last==="bb"&&s==="a"?9:s.length;last=s;return n}', [['a'], ['bb'], ['ccc']], /called (?:in another order|with the objects)/, '1', '9'],
  ['what is remembered under joined texts', 'function f(a,b){return a.length}',
    'const known=new Map();function f(a,b){const k=a+":"+b;if(!known.has(k))known.set(k,a.length);return known.get(k)}', [['a', 'b']], /join to the same: result/, '1', '3'],
  ['what is remembered under the joined texts of a list', 'function f({from,to}){return [from,to]}',
    'const known=new Map();function f({from,to}){const k=`${from}-${to}`;let r=known.get(k);if(!r)known.set(k,r=[from,to]);return r.slice()}',
    [[{ from: 'a', to: 'b' }]], /join to the same: result/, /a/, /a-b/],
  ['a rejection that nobody handles', 'function f(x){return x}', 'function f(x){Promise.reject(new Error("lost"));return x}', [[1]], /nobody handles/, /none/, /Error: lost/],
  ['what cannot be written as data', 'function f(x){return x}', 'function f(x){return ()=>x}', [[1]], /^result$/, 'returns 1', /cannot be written as data \(function\)/],
  ['the end of the process', 'function f(x){return x}', 'function f(x){process.exit(0)}', [[1]], /^outcome$/, 'returns 1', /ended with exit code 0/],
  ['a custom field of an error', 'function f(){throw Object.assign(new Error("e"),{code:1})}', 'function f(){throw new Error("e")}', [[]], /code/, '1', '(no such property)'],
];

for (const [what, base, candidate, inputs, path, baseText, candidateText] of CASES) {
  test(`a difference is seen: ${what}`, async (t) => {
    const result = await replaySides(t, { base, candidate, inputs });
    assert.ok(result.difference, JSON.stringify(result));
    assert.match(result.difference.path, path);
    for (const [text, expected] of [[result.difference.base, baseText], [result.difference.candidate, candidateText]]) {
      if (typeof expected === 'string') assert.strictEqual(text, expected);
      else assert.match(text, expected);
    }
    assert.strictEqual(result.difference.origin, /texts join/.test(result.difference.path) ? 'variation' : 'recorded');
  });
}

test('a difference is seen in `this`', async (t) => {
  const result = await replaySides(t, {
    base: 'function f(n){this.n+=n;return 1}',
    candidate: 'function f(n){return 1}',
    inputs: [{ self: { n: 1 }, args: [2] }],
  });
  assert.deepStrictEqual(result.difference, {
    input: '(2) on this = {n: 1}', base: '3', candidate: '1', path: 'this.n', origin: 'recorded', call: 0,
  });
  assert.deepStrictEqual(result.mutates, { base: true, candidate: false });
});

test('instances of registered classes are rebuilt and compared', async (t) => {
  const head = 'class P{constructor(x){this.x=x} plus(n){return new P(this.x+n)}}\n';
  const what = { classes: ['P'], inputs: ({ P }) => [[new P(1)], [new P(2)]] };
  const same = await replaySides(t, { ...what, base: `${head}function f(p){return p.plus(1)}`, candidate: `${head}function f(p){return new P(p.x+1)}` });
  assert.strictEqual(same.agreed, 2);
  const other = await replaySides(t, { ...what, base: `${head}function f(p){return p.plus(1)}`, candidate: `${head}function f(p){return {x:p.x+1}}` });
  assert.match(other.difference.path, /Prototype/);
});

test('the smallest recorded input that differs is told', async (t) => {
  const result = await replaySides(t, {
    base: 'function f(l){return l.length}',
    candidate: 'function f(l){return l.length>1?0:l.length}',
    inputs: [[[1, 2, 3, 4]], [[1]], [[1, 2]], [[1, 2, 3]]],
  });
  assert.strictEqual(result.difference.input, '([1, 2])');
  assert.strictEqual(result.difference.call, 2);
  assert.deepStrictEqual([result.calls, result.replayable, result.agreed], [4, 4, 1]);
});

test('ESM bundles are replayed', async (t) => {
  const result = await replaySides(t, {
    extension: 'mjs',
    base: 'function f(x){return x+1}',
    candidate: 'function f(x){return x+2}',
    inputs: [[1]],
  });
  assert.strictEqual(result.difference.candidate, '3');
});

test('a candidate that hangs is ended and told', async (t) => {
  const result = await replaySides(t, {
    base: 'function f(n){return n}',
    candidate: 'function f(n){while(n===1);return n}',
    inputs: [[0], [1], [2]],
  });
  assert.strictEqual(result.difference.path, 'candidate-hangs');
  assert.strictEqual(result.difference.input, '(1)');
  assert.deepStrictEqual([result.calls, result.replayable, result.agreed], [3, 3, 2]);
});
