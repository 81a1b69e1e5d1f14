'use strict';
const test = require('node:test');
const assert = require('node:assert');
const { clear, columns, compile, isLanguageIntact, place } = require('../timed-loop.cjs');

/** A loop over calls given as roots. */
function over(calls, { waits = 'value', throws = false, take = 1001 } = {}) {
  const into = columns(calls.length);
  calls.forEach((roots, i) => place(into, i, roots, take));
  const loop = compile({ arities: calls.map((roots) => roots.length - 1), hasSelf: calls.some((roots) => roots[0] !== undefined), waits, throws });
  return { into, run: (f, index, rounds, sink = [null, null]) => loop(f, into, Uint32Array.from(index), rounds, sink) };
}

test('every call of the round is made, in its order, and every number counts', () => {
  const seen = [];
  const f = (x) => {
    seen.push(x);
    return x;
  };
  const { run } = over([[undefined, 10], [undefined, 1]]);
  assert.strictEqual(run(f, [1, 0, 1], 2), 24);
  assert.deepStrictEqual(seen, [1, 10, 1, 1, 10, 1]);
});

test('the number of arguments and `this` are those of the call', () => {
  const shapes = [[], [1], [1, 2, 3], [1, 2, 3, 4, 5, 6, 7, 8], [1, 2, 3, 4, 5, 6, 7, 8, 9], new Array(20).fill(7)];
  const calls = shapes.map((args, i) => [i % 2 ? { i } : undefined, ...args]);
  const seen = [];
  function f(...args) {
    seen.push([this, ...args]);
  }
  over(calls).run(f, [0, 1, 2, 3, 4, 5], 1);
  assert.deepStrictEqual(seen, calls);
  seen.length = 0;
  over([calls[4]]).run(f, [0], 1);
  assert.deepStrictEqual(seen, [calls[4]]);
});

test('texts are looked into, objects leave the loop', () => {
  const { run } = over([[undefined, 'ab'], [undefined, '']]);
  assert.strictEqual(run((s) => s + s, [0, 1], 1), 'abab'.charCodeAt(2));
  const sink = [null, null];
  const result = {};
  run(() => result, [0], 1, sink);
  assert.strictEqual(sink[0], result);
});

test('what throws is caught when calls do, and ends the loop when they do not', () => {
  const f = () => {
    throw new Error('thrown');
  };
  const sink = [null, null];
  over([[undefined]], { throws: true }).run(f, [0], 1, sink);
  assert.strictEqual(sink[0].message, 'thrown');
  assert.throws(() => over([[undefined]]).run(f, [0], 1), /thrown/);
});

test('promises are awaited one after the other', async () => {
  let open = 0;
  let most = 0;
  const f = async (x) => {
    open += 1;
    most = Math.max(most, open);
    await null;
    open -= 1;
    return x;
  };
  const { run } = over([[undefined, 2], [undefined, 3]], { waits: 'promise' });
  assert.strictEqual(await run(f, [0, 1], 10), 50);
  assert.strictEqual(most, 1);
  await assert.rejects(run(async () => { throw new Error('rejected'); }, [0], 1), /rejected/);
  const caught = over([[undefined]], { waits: 'promise', throws: true });
  const sink = [null, null];
  await caught.run(async () => { throw new Error('rejected'); }, [0], 1, sink);
  assert.strictEqual(sink[0].message, 'rejected');
});

test('iterators are drained up to their limit, then left', async () => {
  let steps = 0;
  let left = 0;
  function* count(n) {
    try {
      for (let i = 0; i < n; i += 1) {
        steps += 1;
        yield i;
      }
    } finally {
      left += 1;
    }
    return 100;
  }
  assert.strictEqual(over([[undefined, 5]], { waits: 'iterator' }).run(count, [0], 2), 200, 'the value that it returned counts');
  assert.deepStrictEqual([steps, left], [10, 2]);
  over([[undefined, 50]], { waits: 'iterator', take: 3 }).run(count, [0], 1);
  assert.deepStrictEqual([steps, left], [13, 3]);
  async function* slowly(n) {
    for (let i = 0; i < n; i += 1) yield i;
    return 7;
  }
  assert.strictEqual(await over([[undefined, 5]], { waits: 'async-iterator' }).run(slowly, [0], 2), 14);
});

test('cleared inputs are let go of', () => {
  const { into } = over([[{}, {}, {}], [undefined, ...new Array(12).fill({})]]);
  clear(into, 0);
  clear(into, 1);
  for (let i = 0; i < 2; i += 1) {
    assert.deepStrictEqual([into.self[i], into.rest[i], ...into.args.map((column) => column[i])], new Array(10).fill(undefined));
  }
});

test('a function that brings its own `call` is noticed', () => {
  const f = () => 1;
  assert.ok(isLanguageIntact(f));
  f.call = () => 1;
  assert.ok(!isLanguageIntact(f));
});
