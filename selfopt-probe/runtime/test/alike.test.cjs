'use strict';
// Values of different types that look alike: the variations that put them side by side, and what their
// differences are called.
const test = require('node:test');
const assert = require('node:assert');
const { encode } = require('../graph.cjs');
const { UNDEFINED } = require('../graph-refs.cjs');
const { differsBeyondType, twinOf } = require('../alike.cjs');
const { replaySides } = require('../testing/sides.cjs');

const outside = async (t, base, candidate, inputs) => {
  const result = await replaySides(t, { base, candidate, inputs, request: { variations: 200 } });
  assert.deepStrictEqual([result.difference, result.differenceInside], [null, null]);
  return result.differenceOutside;
};

test('a twin is equal as text and of another type; other texts have none', () => {
  const encoding = encode([{ a: 1 }, [1]]);
  const cases = [[1, '1'], ['1', 1], ['-2.5', -2.5], [true, 'true'], ['true', true], [null, 'null'], ['null', null],
    ['undefined', UNDEFINED], [UNDEFINED, 'undefined'], [['bigint', '7'], '7'], [encoding.roots[0], '[object Object]'],
    ['a', undefined], ['', undefined], ['01', undefined], ['Infinity', undefined], ['toString', undefined], [encoding.roots[1], undefined]];
  for (const [ref, twin] of cases) assert.deepStrictEqual(twinOf(encoding, ref), twin, JSON.stringify(ref));
});

test('outcomes differ beyond type when they do so as text', () => {
  const gives = (value) => ({ kind: 'return', encoding: encode([value]) });
  assert.ok(!differsBeyondType(gives([1, null]), gives(['1', 'null'])));
  assert.ok(differsBeyondType(gives([1, 2]), gives(['1', '3'])));
  assert.ok(differsBeyondType(gives([1]), { kind: 'throw', encoding: encode([new Error('no')]) }));
  assert.ok(!differsBeyondType({ kind: 'throw', encoding: encode([new Error('no')]) }, gives([1])), 'base wants no such value');
});

const DEDUPE = 'function f(list){ return [...new Set(list)]; }';
const BY_TEXT = 'function f(list){ const seen = new Map(); for (const x of list) if (!seen.has(String(x))) seen.set(String(x), x); return [...seen.values()]; }';

test('a key made of text is found where numbers were recorded, and is no difference where texts were', async (t) => {
  const found = await outside(t, DEDUPE, BY_TEXT, [[[1, 2, 2, 3]], [[4, 4]], [[5]], [[]]]);
  assert.strictEqual(found.origin, 'look-alike');
  assert.match(found.input, /^\(\[(?:(\d+), "\1"|"(\d+)", \2)\]\)$/);
  const texts = await outside(t, DEDUPE, BY_TEXT, [[['a', 'b', 'b']], [['c']], [[]]]);
  assert.ok(texts === null || texts.origin === 'variation', JSON.stringify(texts));
});

test('where both types were recorded it is a difference inside', async (t) => {
  const result = await replaySides(t, { base: DEDUPE, candidate: BY_TEXT, inputs: [[[1, 2, 2]], [['a', '7']]], request: { variations: 200 } });
  assert.ok(result.differenceInside, JSON.stringify(result));
});

test('a value that is looked up among others, and fields of records', async (t) => {
  const has = await outside(t, 'function f(list,x){ return list.includes(x); }',
    'function f(list,x){ const o = Object.create(null); for (const y of list) o[y] = 1; return x in o; }', [[[1, 2, 3], 2], [[4, 4], 4], [[5], 6]]);
  assert.strictEqual(has.origin, 'look-alike');
  const group = await outside(t, 'function f(list){ const m = new Map(); for (const r of list) m.set(r.id, (m.get(r.id) || 0) + 1); return Math.max(0, ...m.values()); }',
    'function f(list){ const m = Object.create(null); for (const r of list) m[r.id] = (m[r.id] || 0) + 1; return Math.max(0, ...Object.values(m)); }',
    [[[{ id: 1 }, { id: 2 }]], [[{ id: 3 }]]]);
  assert.strictEqual(group.origin, 'look-alike');
});

test('a result that differs by its type alone is a difference like any other', async (t) => {
  const found = await outside(t, 'function f(list){ return list.length === 0 ? 0 : Math.max(...list); }',
    'function f(list){ if (list.length === 0) return 0; let most = -Infinity; for (const x of list) if (x > most) most = x; return most; }', [[[1, 2, 2, 3]], [[4, 4]], [[5]], [[]]]);
  assert.ok(found === null || found.origin === 'variation', JSON.stringify(found));
});
