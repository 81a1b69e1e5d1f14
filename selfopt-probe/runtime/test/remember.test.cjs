'use strict';
// Who answers from memory, and what a round costs whose values do not come again.
const test = require('node:test');
const assert = require('node:assert');
const { encode } = require('../graph.cjs');
const { LEVELS, createCipher } = require('../cipher.cjs');
const { createRepeats, sharesOf } = require('../repeats.cjs');
const { createTemplates, createUnrepeated } = require('../unrepeated.cjs');
const { createRegistry } = require('../registry.cjs');
const { readShares, writeCalls } = require('../calls.cjs');
const { remember } = require('../remember.cjs');
const { measure } = require('../lockstep.cjs');
const { workshop } = require('../testing/timed.cjs');

const WORK = 'let n = 0; for (let k = 0; k < 40; k += 1) for (const c of text) n += c.charCodeAt(0) * k; return n;';
const PLAIN = `function f(text){ ${WORK} }`;
const MEMO = `const known = new Map(); function f(text){ let n = known.get(text); if (n === undefined) known.set(text, n = work(text)); return n; } function work(text){ ${WORK} }`;
const LINES = Array.from({ length: 12 }, (_, i) => ({ args: [`line ${i} of the log, 2024-01-${10 + i}`] }));

const asked = (shop, base, candidate, list, more) => ({
  ...shop.request(base, candidate, list, more), seed: 3, budgetMs: 60000,
});

test('a cipher keeps equality, length, kinds of characters and the order of numbers', () => {
  const texts = ['abc', 'ABC', 'abca', '2024-05-06T07:08', 'ü-x', '', 'item 17', '\u{1F600}9'];
  const numbers = [1e3, 1001, 12345, -12345, 1e9, 0.5, 0.25, 7, 0, -3.5];
  for (let level = 0; level < LEVELS.length; level += 1) {
    const one = createCipher(1, level);
    const same = createCipher(1, level);
    assert.deepStrictEqual(texts.map(one.text), texts.map(same.text));
    assert.strictEqual(new Set(texts.map(one.text)).size, texts.length);
    texts.forEach((text) => {
      const other = one.text(text);
      assert.strictEqual(other.replace(/[0-9]/g, '0').replace(/[a-z]/g, 'a').replace(/[A-Z]/g, 'A'),
        text.replace(/[0-9]/g, '0').replace(/[a-z]/g, 'a').replace(/[A-Z]/g, 'A'));
    });
    if (!LEVELS[level].tail) assert.ok(one.text('abca').includes(one.text('bc')), 'a part stays a part');
    const order = (list) => list.map((_, i) => i).sort((a, b) => list[a] - list[b]);
    assert.deepStrictEqual(order(numbers.map(one.number)), order(numbers));
    assert.deepStrictEqual([7, 0, 999].map(one.number), [7, 0, 999], 'small whole numbers stay');
  }
  assert.notStrictEqual(createCipher(1, 0).text('a longer text 12'), createCipher(2, 0).text('a longer text 12'));
});

test('the recorder counts values and objects that are new', () => {
  const repeats = createRepeats();
  const count = {};
  const tell = (name) => { count[name] = (count[name] || 0) + 1; };
  const schema = { a: 1 };
  for (const [first, second] of [[schema, 'x'], [schema, 'y'], [{ a: 1 }, 'x'], [{ a: [1] }, 'z']]) {
    repeats.look(encode([undefined, first, second]), [undefined, first, second], tell);
  }
  assert.deepStrictEqual(sharesOf(count), { values: [0.25, 0.5, 0.75], objects: [0.25, 0.75, 0.75] });
});

test('shares are kept with the calls; without them the calls say how often values come again', (t) => {
  const shop = workshop(t);
  const file = shop.calls([['a', 1], ['a', 2], ['b', 3], ['a', 4]]);
  assert.deepStrictEqual(readShares(file).shares.values, [0.25, 0.5, 1]);
  const shares = { values: [0.1], objects: [0.2] };
  const { calls } = readShares(file);
  writeCalls(file, calls, shares);
  assert.deepStrictEqual(readShares(file), { calls, shares });
});

/** The first argument of each call of a block. */
function block(list, round, shares, number, more) {
  const calls = list.map((args) => ({ roots: encode([undefined, ...args]) }));
  const inputs = createUnrepeated({
    templates: createTemplates(calls), round, levels: list.map(() => 0), shares, reuse: true, seed: 5, registry: createRegistry(), ...more,
  });
  inputs.begin(number);
  return Array.from({ length: round.length * 2 }, (_, k) => inputs.at(k));
}

test('a round repeats what the recording repeated, and no other round\'s values', () => {
  const list = [['first value', 1], ['second value', 2]];
  const round = [0, 1, 0, 0, 1, 0];
  const values = (shares, number) => block(list, round, { values: [1, shares, 1], objects: [1, 1, 1] }, number).map((roots) => roots[1]);
  assert.strictEqual(new Set(values(1, 1)).size, 12, 'all were new');
  assert.strictEqual(new Set(values(0.1, 1)).size, 4, 'two in each of two rounds');
  assert.deepStrictEqual(values(0.5, 3), values(0.5, 3), 'the same again');
  assert.ok(values(0.1, 1).every((value) => !values(0.1, 2).includes(value)));
});

test('objects come again where the recording brought them again; names of fields stay', () => {
  const list = [[{ title: 'some words', n: 12345 }, 'title']];
  const round = [0, 0, 0];
  const made = (objects) => block(list, round, { values: [1, 0.1, 1], objects: [1, objects, 1] }, 1);
  assert.strictEqual(new Set(made(0.1).map((roots) => roots[1])).size, 2);
  const fresh = made(1);
  assert.strictEqual(new Set(fresh.map((roots) => roots[1])).size, 6);
  for (const [, record, field] of fresh) {
    assert.deepStrictEqual([Object.keys(record), field], [['title', 'n'], 'title']);
    assert.match(record.title, /^[a-z]{4} [a-z]{5}$/);
    assert.notStrictEqual(record.title, 'some words');
  }
});

test('a cache by value is seen, and other values with which it misses are found', async (t) => {
  const found = await remember(asked(workshop(t), PLAIN, MEMO, LINES));
  assert.deepStrictEqual([found.traced, found.remembered, found.varied], [12, 1, 1]);
  assert.ok(found.levels.every((level) => level !== null));
});

test('who remembers nothing of the values is let alone', async (t) => {
  const shop = workshop(t);
  const table = `let factors; function f(text){ if (factors === undefined) factors = Array.from({ length: 40 }, (_, k) => k); let n = 0; for (const k of factors) for (const c of text) n += c.charCodeAt(0) * k; return n; }`;
  assert.strictEqual((await remember(asked(shop, PLAIN, table, LINES))).remembered, 0, 'a table made once');
  assert.strictEqual((await remember(asked(shop, PLAIN, table, LINES.slice(0, 1)))).remembered, 0, 'also at the only call');
  assert.strictEqual((await remember(asked(shop, PLAIN, PLAIN, LINES))).remembered, 0);
  assert.strictEqual((await remember(asked(shop, MEMO, MEMO, LINES))).remembered, 0, 'base does, too');
});

test('a cache by identity is seen; new objects are enough for it', async (t) => {
  const base = 'function f(list){ let n = 0; for (const x of list) n += x; return n; }';
  const candidate = 'const known = new WeakMap(); function f(list){ let n = known.get(list); if (n === undefined) { n = 0; for (const x of list) n += x; known.set(list, n); } return n; }';
  const found = await remember(asked(workshop(t), base, candidate, [[[1, 2, 3]], [[4, 5]]]));
  assert.deepStrictEqual([found.remembered, found.varied], [1, 1]);
});

test('where no other values do the same work, it is said', async (t) => {
  const only = "if (!['left', 'right', 'top'].includes(text)) throw new RangeError(text);";
  const found = await remember(asked(workshop(t), PLAIN.replace('let n', `${only} let n`), MEMO.replace('let n = known', `${only} let n = known`), [['left'], ['right'], ['top']]));
  assert.deepStrictEqual([found.remembered, found.varied], [1, 0]);
  assert.deepStrictEqual(found.levels, [null, null, null]);
});

test('a cache gains on repeated calls and not on others', async (t) => {
  const shop = workshop(t);
  const request = asked(shop, PLAIN, MEMO, LINES, { minBlockCpuMs: 2, maxBlockCpuMs: 8, warmUpCpuMs: 60 });
  const { levels } = await remember(request);
  const ratio = ({ blocks, failure }) => {
    assert.strictEqual(failure, null);
    const base = blocks.reduce((sum, one) => sum + one.base.cpuUs, 0);
    return base / blocks.reduce((sum, one) => sum + one.candidate.cpuUs, 0);
  };
  const repeated = ratio(await measure(request));
  const unrepeated = ratio(await measure({ ...request, unrepeated: levels }));
  assert.ok(repeated > 5, `${repeated}`);
  assert.ok(unrepeated < 2, `${unrepeated}`);
});
