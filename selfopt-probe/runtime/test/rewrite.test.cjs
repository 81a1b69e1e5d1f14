'use strict';
// Objects that get the content of others, and inputs that are easily taken for each other.
const test = require('node:test');
const assert = require('node:assert');
const { inspect } = require('util');
const { rewrite } = require('../rewrite.cjs');
const { collisionsOf } = require('../collide.cjs');
const { decode, encode } = require('../graph.cjs');

class Point { constructor(x) { this.x = x; } }

/** Rewrites one value; gives it when the object stayed the same, else `null`. */
function rewritten(into, from) {
  const roots = rewrite([undefined, into], [undefined, from]);
  return roots[1] === into ? into : null;
}

test('an object stays the same and holds what the other holds', () => {
  const holes = [, 1]; // eslint-disable-line no-sparse-arrays
  for (const [into, from] of [
    [[1, 2, 3], ['a']], [[], holes], [Object.assign([1], { more: 1 }), [2]], [{ a: 1, b: 2 }, { c: 3, a: 4 }], [{ a: 1 }, {}],
    [new Map([[1, 2]]), new Map([['a', {}], ['b', 1]])], [new Set([1]), new Set()], [new Date(1), new Date(5)],
    [new Point(1), new Point(2)], [Uint8Array.of(1, 2), Uint8Array.of(3, 4)], [Object.create(null), Object.assign(Object.create(null), { x: 1 })],
  ]) {
    const same = rewritten(into, from);
    assert.notStrictEqual(same, null, inspect(from));
    assert.deepStrictEqual(same, from);
    if (typeof from === 'object' && !(from instanceof Map || from instanceof Set)) assert.deepStrictEqual(Object.keys(same), Object.keys(from));
  }
});

test('what cannot take the other\'s content is replaced by it', () => {
  for (const [into, from] of [
    [Object.freeze([1]), [2]], [[1], Object.freeze([2])], [Object.seal({ a: 1 }), { a: 2 }], [[1], { a: 1 }], [new Point(1), { x: 2 }],
    [Uint8Array.of(1), Uint8Array.of(1, 2)], [Uint8Array.of(1), Int8Array.of(1)], [/a/, /b/], [new Proxy([], {}), [1]], ['a', 'b'], [null, {}], [{}, null],
  ]) {
    const roots = rewrite([undefined, into], [undefined, from]);
    assert.strictEqual(roots[1], from);
  }
  assert.deepStrictEqual(rewrite([undefined], [undefined, 1, [2]]), [undefined, 1, [2]], 'arguments that were not there');
});

test('inputs that join to the same text are made from texts side by side', () => {
  const made = (...roots) => [...collisionsOf(encode([undefined, ...roots], { mode: 'data' }))].map(({ first, second }) => [decode(first), decode(second)]);
  const pairs = made('a', 'b');
  assert.ok(pairs.length > 3);
  for (const [[, a, b], [, c, d]] of pairs) {
    assert.notDeepStrictEqual([a, b], [c, d]);
    assert.ok(['/', ',', '|', ':', '-', '.', ' ', '_', ''].some((by) => a + by + b === c + by + d), `${a} ${b} ${c} ${d}`);
  }
  assert.ok(made({ x: 1, from: 'a', to: 'b' }).every(([[, p], [, q]]) => p.x === 1 && p.from !== q.from && p.to !== q.to));
  assert.ok(made(1, ['p', 'q']).length > 3);
  assert.deepStrictEqual([made('a', 1), made('a'), made({ a: 'x', b: 1, c: 'y' })], [[], [], []]);
});
