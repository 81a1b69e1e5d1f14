'use strict';
// What variations must find that no recorded call shows, how far they shrink it, and on which side of
// the recorded kinds it is told.
const test = require('node:test');
const assert = require('node:assert');
const { replaySides } = require('../testing/sides.cjs');

const LISTS = [[[3, 1, 2]], [[5, 4]], [[7, 9, 8, 6]]];
const WORDS = [[['b', 'a', 'c']], [['x', 'y']]];

/** `[what, base, candidate, inputs, counterexample's input]`: a difference inside of the recorded kinds. */
const INSIDE = [
  ['at size 0', 'function f(l){return l.reduce((a,b)=>a+b,0)}', 'function f(l){return l.reduce((a,b)=>a+b)}', LISTS, '([])'],
  ['at size 1', 'function f(l){return l.slice(0,2).join()}', 'function f(l){return l[0]+","+l[1]}', WORDS, /^\(\[("a")?\]\)$/],
  ['on duplicates', 'function f(l){return l.slice().sort()}', 'function f(l){return [...new Set(l)].sort()}', WORDS, /^\(\["(.*)", "\1"\]\)$/],
  ['on many elements', 'function f(l){return l.indexOf(-1)}', 'function f(l){return l.length>30?0:l.indexOf(-1)}', LISTS, /^\(\[(?:0, ){30}0\]\)$/],
  ['on unsorted input', 'function f(l,x){return l.includes(x)}',
    'function f(l,x){let a=0,b=l.length-1;while(a<=b){const m=(a+b)>>1;if(l[m]===x)return true;if(l[m]<x)a=m+1;else b=m-1}return false}',
    [[[1, 2, 3], 2], [[1, 5], 4], [[2, 3, 8, 9], 9]], /./],
  ['on large numbers', 'function f(n){return Math.floor(n/2)}', 'function f(n){return n>>1}', [[4], [7], [10]], /^\(-?\d{10,}\)$/],
  ['on ties of a sort', 'function f(l){return l.slice().sort((a,b)=>a.k-b.k).map(x=>x.v)}',
    'function f(l){const r=l.slice().reverse();r.sort((a,b)=>a.k-b.k);return r.map(x=>x.v)}',
    [[[{ k: 1, v: 'a' }, { k: 2, v: 'b' }, { k: 3, v: 'c' }]]], /^\(\[\{k: (\d+), v: "(.*)"\}, \{k: \1, v: "(?!\2")(.*)"\}\]\)$/],
  ['on text beyond the basic plane', 'function f(s){return [...s].length}', 'function f(s){return s.length}', [['abc'], ['de']], /^\("[\u{1F468}\u{1F469}\u{1F600}]"\)$/u],
  ['on an empty dictionary', 'function f(o){let m=0;for(const k in o)m=Math.max(m,o[k]);return m}', 'function f(o){return Math.max(...Object.values(o))}',
    [[{ a: 1, b: 2 }], [{ c: 3 }], [{ d: 4, e: 5 }]], '({})'],
  ['by hanging', 'function f(l){return l.length}', 'function f(l){while(l.length===0);return l.length}', LISTS, '([])'],
  ['on a list that does not fit on the stack', 'function f(l){let m=-Infinity;for(const x of l)if(x>m)m=x;return m}', 'function f(l){return Math.max(...l)}', LISTS,
    /^\(\[\d.*\), 1\d{5} elements$/],
  ['on characters of a pattern', 'function f(s,p){return s.startsWith(p)}', 'function f(s,p){return new RegExp("^"+p).test(s)}', [['abc', 'a'], ['xyz', 'b']], /^\(".*", ".*"\)$/],
  ['on a key that every object has', 'function f(l){const s=new Set();for(const k of l)s.add(k);return s.size}',
    'function f(l){const s={};let n=0;for(const k of l)if(!s[k]){s[k]=1;n++}return n}', WORDS, /^\(\["(__proto__|constructor|hasOwnProperty|toString)"\]\)$/],
  ['on a `__proto__` key of a dictionary', 'function f(o){let n=0;for(const k of Object.keys(Object(o)))n+=o[k];return n}',
    'function f(o){const c=Object.assign({},o);let n=0;for(const k of Object.keys(c))n+=c[k];return n}', [[{ a: 1, b: 2 }], [{ c: 3 }], [{ d: 4, e: 5 }]], '({__proto__: 1})'],
  ['on a Map without entries', 'function f(m){return m.size}', 'function f(m){return m.size||-1}', [[new Map([['a', 1]])]], '(Map(0) {})'],
];

for (const [what, base, candidate, inputs, input] of INSIDE) {
  test(`found inside of the recorded kinds: a difference ${what}`, async (t) => {
    const result = await replaySides(t, { base, candidate, inputs, request: { variations: 200 } });
    assert.strictEqual(result.difference, null);
    assert.strictEqual(result.agreed, result.calls);
    assert.ok(result.differenceInside, JSON.stringify(result));
    assert.strictEqual(result.differenceInside.origin, 'variation');
    if (typeof input === 'string') assert.strictEqual(result.differenceInside.input, input);
    else assert.match(result.differenceInside.input, input);
    const { inside } = result.variations;
    assert.ok(inside.agreed < inside.tried);
  });
}

/** `[what, base, candidate, inputs, counterexample's input]`: only outside of the recorded kinds. */
const OUTSIDE = [
  ['NaN', 'function f(l){let n=0;for(const x of l)if(x===x)n++;return n}', 'function f(l){let n=0;for(const x of l)n++;return n}', LISTS, '([NaN])'],
  ['minus zero', 'function f(l){return l.map(x=>x*1)}', 'function f(l){return l.map(x=>x*1||0)}', LISTS, /^\(\[(?:-0|NaN|undefined|"\w+")\]\)$/],
  ['holes', 'function f(l){let n=0;l.forEach(()=>n++);return n}', 'function f(l){let n=0;for(const x of l)n++;return n}', LISTS, '([,])'],
  ['a missing argument', 'function f(a,b){return arguments.length>1?a+b:a}', 'function f(a,b){return a+b}', [[1, 2], [3, 4]], /^\(\d*\)$/],
  ['undefined', 'function f(o){return "a" in Object(o)}', 'function f(o){return Object(o).a!==undefined}', [[{ a: 1 }], [{ a: 2 }]], '({a: undefined})'],
  ['what the base refuses', 'function f(l){if(l.length===0)throw new Error("empty");return l[0]}', 'function f(l){return l[0]}', LISTS, '([])'],
];

for (const [what, base, candidate, inputs, input] of OUTSIDE) {
  test(`found outside of the recorded kinds: a difference on ${what}`, async (t) => {
    const result = await replaySides(t, { base, candidate, inputs, request: { variations: 240 } });
    assert.deepStrictEqual([result.difference, result.differenceInside], [null, null]);
    assert.ok(result.differenceOutside, JSON.stringify(result));
    if (typeof input === 'string') assert.strictEqual(result.differenceOutside.input, input);
    else assert.match(result.differenceOutside.input, input);
    const { inside } = result.variations;
    assert.strictEqual(inside.agreed, inside.tried);
    assert.ok(inside.tried > 0);
  });
}

test('engine errors that name other variables are no difference outside', async (t) => {
  const result = await replaySides(t, {
    base: 'function f(list){return list.map(x=>x.id)}',
    candidate: 'function f(items){const r=[];items.forEach(item=>{r.push(item.id)});return r}',
    inputs: [[[{ id: 1 }]], [[{ id: 2 }, { id: 3 }]]],
    request: { variations: 150 },
  });
  const { differenceOutside: found } = result;
  assert.strictEqual(result.differenceInside, null);
  assert.ok(found === null || !/TypeError/.test(found.base), JSON.stringify(found));
});

test('one seed gives one result', async (t) => {
  const what = {
    base: 'function f(l){return l.slice().sort()}',
    candidate: 'function f(l){return [...new Set(l)].sort()}',
    inputs: WORDS,
    request: { variations: 200, seed: 11 },
  };
  assert.deepStrictEqual(await replaySides(t, what), await replaySides(t, what));
});

test('nothing is varied when no call can be replayed', async (t) => {
  const result = await replaySides(t, {
    base: 'function f(x){return ()=>x}',
    candidate: 'function f(x){return ()=>x}',
    inputs: [[1]],
    request: { variations: 50 },
  });
  assert.strictEqual(result.variations.inside.tried + result.variations.outside.tried, 0);
});
