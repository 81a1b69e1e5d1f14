'use strict';
// shrink.cjs: how small it gets, that it ends, and how much it asks.
const test = require('node:test');
const assert = require('node:assert');
const { decode, encode, print } = require('../graph.cjs');
const { cost, shrink } = require('../shrink.cjs');

const input = (...args) => encode([undefined, ...args]);
const text = (encoding) => print({ ...encoding, roots: encoding.roots.slice(1) }, 4000);

/** Shrinks while `holds(...args)`; gives the text of the smallest and the number of questions. */
async function smallest(args, holds, limit = 1000) {
  let asked = 0;
  const result = await shrink(input(...args), async (encoding) => {
    asked += 1;
    const [, ...values] = decode(encoding);
    return holds(...values);
  }, limit);
  return { text: text(result), asked, result };
}

test('lists, keys, texts, numbers and arguments shrink to what is needed', async () => {
  for (const [args, holds, expected] of [
    [[[4, 7, 9, 2, 5]], (l) => Array.isArray(l) && l.includes(9), '[9]'],
    [[[8, 8, 3]], (l) => Array.isArray(l) && new Set(l).size < l.length, '[0, 0]'],
    [[[5, 6, 7]], (l) => Array.isArray(l) && l.length >= 2, '[0, 0]'],
    [[{ a: 1, b: [1, 2], c: 'x' }, 5], (o) => typeof o === 'object' && 'b' in o, '{b: []}'],
    [['hello world'], (s) => typeof s === 'string' && s.includes('w'), '"w"'],
    [[1234567], (n) => n > 70000, '77160'],
    [[new Map([['a', 1], ['b', 2], ['c', 3]])], (m) => m instanceof Map && m.has('b'), 'Map(1) {"b" => 0}'],
    [[new Set([1, 2, 3])], (s) => s instanceof Set && s.size > 1, 'Set(2) {0, 1}'],
    [[1, 2, 3], (...rest) => rest.length >= 2, '0, 0'],
  ]) {
    const { text: found } = await smallest(args, holds);
    assert.strictEqual(found, expected);
  }
});

test('what does not get smaller stays as it is', async () => {
  assert.strictEqual((await smallest([[1, 2, 3]], () => false)).text, '[1, 2, 3]');
  assert.strictEqual((await smallest([], () => true)).text, '');
});

test('sharing and cycles survive', async () => {
  const one = { id: 7, more: [1, 2, 3] };
  const { text: shared } = await smallest([[{ x: 1 }, one, one]], (l) => Array.isArray(l) && l.some((x, i) => typeof x === 'object' && l.indexOf(x) !== i));
  assert.strictEqual(shared, '[<*1> {}, [Same *1]]');
  const loop = { deep: { on: 1 } };
  loop.deep.back = loop;
  const { text: cycle } = await smallest([loop], (o) => Boolean(o && o.deep && o.deep.back === o));
  assert.strictEqual(cycle, '<*1> {deep: {back: [Same *1]}}');
});

test('it asks so often and no more, never for what is not smaller, and never twice', async () => {
  const seen = new Set();
  const start = input(Array.from({ length: 64 }, (_, i) => i + 10));
  let asked = 0;
  let best = cost(start);
  await shrink(start, async (encoding) => {
    asked += 1;
    const key = JSON.stringify(encoding);
    assert.ok(!seen.has(key));
    seen.add(key);
    assert.ok(cost(encoding) < best);
    const holds = encoding.nodes.length > 0 && encoding.nodes[0].len > 20;
    if (holds) best = cost(encoding);
    return holds;
  }, 100);
  assert.ok(asked <= 100);
});

test('instances of classes are left whole', async () => {
  const { createRegistry } = require('../registry.cjs');
  class Pair {
    constructor() {
      this.list = [1, 2];
      this.count = 2;
    }
  }
  const registry = createRegistry();
  registry.addClasses('src/pair.js', { Pair }, []);
  const result = await shrink(encode([undefined, [new Pair(), 5]], { registry }), async (encoding) => {
    const [, list] = decode(encoding, { registry });
    const pair = Array.isArray(list) && list.find((x) => x instanceof Pair);
    if (pair) assert.strictEqual(pair.list.length, pair.count);
    return Boolean(pair);
  }, 200);
  assert.match(text(result), /^\[Pair \{list: \[1, 2\], count: 2\}\]$/);
});
