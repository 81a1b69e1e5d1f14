'use strict';
// special-names.cjs: names that every object has in the place of texts, and when a difference on one counts as inside.
const test = require('node:test');
const assert = require('node:assert');
const { decode, encode } = require('../graph.cjs');
const { createKinds } = require('../kinds.cjs');
const { isSameButName, nameOfTurn, specialNames, withNeighbour } = require('../special-names.cjs');
const { replaySides } = require('../testing/sides.cjs');

const input = (...args) => encode([undefined, ...args]);
const first = () => 0;
const namesOf = (...recorded) => [...specialNames(recorded, createKinds(recorded), first)];
const values = (encoding) => decode(encoding).slice(1);

test('each name stands once at each place of a text, wherever the input has that text', () => {
  const found = namesOf(input([{ id: 'a', n: 1 }, { id: 'b', n: 2 }], 'b'));
  assert.deepStrictEqual(
    found.map(({ what }) => what),
    ['__proto__', 'constructor', 'toString', 'hasOwnProperty', '10', '']
      .flatMap((name) => ['args[1]', 'args[0][].id'].map((path) => `${path}: special name ${JSON.stringify(name)}`))
  );
  assert.deepStrictEqual(values(found[0].encoding), [[{ id: 'a', n: 1 }, { id: '__proto__', n: 2 }], '__proto__']);
  assert.deepStrictEqual(values(found[1].encoding), [[{ id: '__proto__', n: 1 }, { id: 'b', n: 2 }], 'b']);
});

test('keys of dictionaries are texts, keys of records, numbers and what is inside of instances are none', () => {
  const dictionaries = namesOf(input({ a: 1, b: 2 }, ['a']), input({ c: 3 }, ['c']), input({ d: 4 }, ['d']));
  const [{ encoding }] = dictionaries;
  const [object, list] = values(encoding);
  assert.deepStrictEqual(Object.getOwnPropertyNames(object), ['__proto__', 'b']);
  assert.deepStrictEqual(list, ['__proto__']);
  assert.ok(!dictionaries.some(({ what }) => what.endsWith('"10"')), 'a whole number has another place among keys');
  assert.deepStrictEqual(namesOf(input({ a: 1, b: true }, [1, 2], null)), []);
});

test('an input with a name has a twin with its neighbour, which sorts alike', () => {
  const recorded = [input(['x', 'y', '~', 'A'])];
  const kinds = createKinds(recorded);
  for (const { encoding, name } of specialNames(recorded, kinds, first)) {
    if (name === undefined) continue;
    const ordinary = withNeighbour(encoding, kinds, name);
    assert.ok(kinds.isInside(ordinary) && !kinds.isInside(encoding));
    const sorted = (one) => encode([values(one)[0].sort()]);
    assert.ok(isSameButName(sorted(encoding), sorted(ordinary), name));
    assert.ok(!isSameButName(sorted(encoding), sorted(encoding).roots, name));
  }
  assert.deepStrictEqual([0, 1, 4].map((turn) => nameOfTurn(turn).name), ['__proto__', 'constructor', '__proto__']);
});

const USERS = [
  [[{ id: 'u1', n: 1 }, { id: 'u2', n: 2 }]], [[{ id: 'u3', n: 3 }]], [[{ id: 'u1', n: 1 }, { id: 'u1', n: 4 }]],
];
const WORDS = [[['b', 'a', 'b']], [['x', 'y']]];
const SPREAD = 'function f(l){return l.reduce((index,user)=>({...index,[user.id]:user}),{})}';

/** `[what, base, candidate, inputs, counterexample's input]`: refused, for the base takes the name as any text. */
const TOLD = [
  ['an index that is assigned to', SPREAD, 'function f(l){const index={};for(const user of l)index[user.id]=user;return index}', USERS, '([{id: "__proto__", n: 0}])'],
  ['a count in an object', 'function f(l){const m=new Map();for(const k of l)m.set(k,(m.get(k)||0)+1);return [...m]}',
    'function f(l){const o={};for(const k of l)o[k]=(o[k]||0)+1;return Object.keys(o).map(k=>[k,o[k]])}', WORDS, /^\(\["(?:__proto__|constructor|toString|hasOwnProperty)"\]\)$/],
  ['a table that is asked with `in`', 'function f(l){const s=new Set();return l.filter(k=>!s.has(k)&&s.add(k))}',
    'function f(l){const s={};return l.filter(k=>!(k in s)&&(s[k]=true))}', WORDS, /^\(\["(?:__proto__|constructor|toString|hasOwnProperty)"\]\)$/],
  ['a table of words', 'function f(s){switch(s){case "open":return 1;case "shut":return 2;default:return 0}}',
    'function f(s){return {open:1,shut:2}[s]||0}', [['open'], ['shut'], ['other']], /^\("(?:__proto__|constructor|toString|hasOwnProperty)"\)$/],
  ['the order of keys', 'function f(l){return [...new Set(l)]}', 'function f(l){const o=Object.create(null);for(const k of l)o[k]=1;return Object.keys(o)}',
    WORDS, /^\(\["\w*", "\d+"\]\)$/],
];

for (const [what, base, candidate, inputs, input] of TOLD) {
  test(`told as a difference inside: ${what}`, async (t) => {
    const result = await replaySides(t, { base, candidate, inputs, request: { variations: 200 } });
    assert.strictEqual(result.difference, null);
    assert.ok(result.differenceInside, JSON.stringify(result));
    if (typeof input === 'string') assert.strictEqual(result.differenceInside.input, input);
    else assert.match(result.differenceInside.input, input);
  });
}

/** `[what, base, candidate, inputs]`: the base itself goes wrong on such names, so others may. */
const LEFT = [
  ['a base that counts in an object', 'function f(l){const o={};for(const k of l)o[k]=(o[k]||0)+1;return Object.keys(o).length}',
    'function f(l){return new Set(l).size}', WORDS],
  ['a base that looks up in an object', 'function f(o,k){return o[k]||0}', 'function f(o,k){return Object.keys(o).includes(k)?o[k]||0:0}',
    [[{ a: 1, b: 2 }, 'a'], [{ c: 3 }, 'd'], [{ d: 4 }, 'd']]],
  ['a base that throws on a name', 'function f(l){const o={};for(const k of l){o[k]=o[k]||[];o[k].push(1)}return Object.keys(o).length}',
    'function f(l){return new Set(l).size}', WORDS],
];

for (const [what, base, candidate, inputs] of LEFT) {
  test(`told as a difference outside: ${what}`, async (t) => {
    const result = await replaySides(t, { base, candidate, inputs, request: { variations: 200 } });
    assert.deepStrictEqual([result.difference, result.differenceInside], [null, null]);
    assert.ok(result.differenceOutside, JSON.stringify(result));
  });
}

test('own properties by definition are what the base has', async (t) => {
  const result = await replaySides(t, {
    base: SPREAD, candidate: 'function f(l){return Object.fromEntries(l.map(user=>[user.id,user]))}', inputs: USERS, request: { variations: 200 },
  });
  assert.deepStrictEqual([result.difference, result.differenceInside], [null, null]);
});
