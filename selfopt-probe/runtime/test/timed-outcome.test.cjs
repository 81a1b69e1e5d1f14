'use strict';
const test = require('node:test');
const assert = require('node:assert');
const { digest, firstOutcome } = require('../timed-outcome.cjs');
const { encode } = require('../graph.cjs');

const run = (fn, args, self, take = 1001) => firstOutcome(fn, encode([self, ...args]), { take, print: true });

test('digests tell plain data apart', () => {
  const all = [[], {}, [[]], [1], ['1'], [1, 2], [12], ['a', 'b'], ['ab'], [null], [undefined], [true], ['true'], { a: 1 }, { a: '1' }, { b: 1 }, [{ a: 1 }, 2], ['x'.repeat(40000)], ['x'.repeat(40001)], ['\ud800'], ['\ud801']];
  assert.strictEqual(new Set(all.map(digest)).size, all.length);
  const wide = 'äb\u{1f600}x'.slice(0, 1) + 'c';
  assert.strictEqual(digest([('\u{1f600}' + 'plain').slice(2)]), digest(['plain']), 'whatever the engine made of the text');
  assert.notStrictEqual(digest([wide]), digest(['ac']));
});

test('every way to end', async () => {
  assert.deepStrictEqual(pick(await run((x) => x, [1])), ['return', 'value']);
  assert.deepStrictEqual(pick(await run(() => { throw new Error('no'); }, [])), ['throw', 'value']);
  assert.deepStrictEqual(pick(await run(async (x) => x, [1])), ['resolve', 'promise']);
  assert.deepStrictEqual(pick(await run(async () => { throw new Error('no'); }, [])), ['reject', 'promise']);
  assert.deepStrictEqual(pick(await run(function* g() { yield 1; }, [])), ['yields', 'iterator']);
  assert.deepStrictEqual(pick(await run((list) => list.values(), [[1, 2]])), ['yields', 'iterator']);
  assert.deepStrictEqual(pick(await run(async function* g() { yield 1; }, [])), ['yields', 'async-iterator']);
  assert.deepStrictEqual(pick(await run(() => new Proxy({}, {}), [])), ['return', 'value']);
});

const pick = ({ kind, waits }) => [kind, waits];

test('result, mutations and aliasing are what is compared', async () => {
  const of = async (fn, args) => (await run(fn, args)).digest;
  const sort = await of((list) => list.sort(), [[2, 1]]);
  assert.strictEqual(await of((list) => list.reverse(), [[2, 1]]), sort);
  assert.notStrictEqual(await of((list) => [...list].sort(), [[2, 1]]), sort);
  assert.notStrictEqual(await of((list) => [...list.sort()], [[2, 1]]), sort);
  const self = await run(function f() { this.n += 1; }, [], { n: 1 });
  assert.match(self.text, /^return: .*n: 2/);
  assert.strictEqual(await of(() => () => 1, []), await of(() => () => 2, []), 'what cannot be written is told by its reason');
  assert.notStrictEqual(await of(() => () => 1, []), await of(() => new WeakMap(), []));
});

test('the number of values that are taken counts', async () => {
  function* endless() {
    for (let i = 0; ; i += 1) yield i;
  }
  const two = await run(endless, [], undefined, 2);
  assert.notStrictEqual((await run(endless, [], undefined, 3)).digest, two.digest);
  assert.ok((await run(endless, [])).digest);
});
