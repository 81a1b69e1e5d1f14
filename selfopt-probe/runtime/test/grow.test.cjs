'use strict';
const test = require('node:test');
const assert = require('node:assert');
const { decode, encode, sizes } = require('../graph.cjs');
const { createRegistry } = require('../registry.cjs');
const { elementsOf, grow } = require('../grow.cjs');

/** The arguments, grown; checked to be an encoding as graph.cjs makes it. */
function grown(args, factor, seed = 1) {
  const before = encode([undefined, ...args]);
  const kept = JSON.stringify(before);
  const { encoding, elements, reason } = grow(before, factor, seed);
  assert.strictEqual(JSON.stringify(before), kept, 'the encoding that was given is as it was');
  assert.strictEqual(reason, null);
  const roots = decode(encoding);
  assert.deepStrictEqual(encode(roots), encoding, 'numbered as graph.cjs numbers');
  assert.deepStrictEqual(grow(before, factor, seed), { encoding, elements, reason }, 'the same again');
  return roots.slice(1);
}

/** Why something cannot grow. */
function refused(args, factor = 4) {
  const { encoding, elements, reason } = grow(encode([undefined, ...args]), factor, 1);
  assert.strictEqual(encoding, null);
  assert.strictEqual(elements, 0);
  return reason;
}

const distinct = (list) => new Set(list).size;

test('lists keep kinds, the share of distinct elements, and their order', () => {
  const [numbers] = grown([[5, 1, 5, 9]], 10);
  assert.strictEqual(numbers.length, 40);
  assert.strictEqual(distinct(numbers), 30);
  assert.ok(numbers.every(Number.isInteger));
  assert.deepStrictEqual(numbers.slice(0, 4), [5, 1, 5, 9]);
  const [ascending] = grown([[1, 2, 3]], 5);
  assert.deepStrictEqual(ascending, Array.from({ length: 15 }, (_, i) => i + 1));
  const [words] = grown([['ant', 'bee', 'ant', 'elk', 'cat', 'bee']], 4);
  assert.strictEqual(words.length, 24);
  assert.strictEqual(distinct(words), 16);
  const [sorted] = grown([['ant', 'bee', 'cat']], 4);
  assert.deepStrictEqual(sorted, [...sorted].sort());
  const [zeros] = grown([[0, 0, 0]], 4);
  assert.strictEqual(distinct(zeros), 1);
  const [floats] = grown([[0.5, 1.25]], 8);
  assert.strictEqual(distinct(floats), 16);
  const [mixed] = grown([[1, 'a', null, undefined, true, -0, NaN]], 3);
  assert.strictEqual(mixed.length, 21);
  assert.deepStrictEqual(mixed.slice(14).map((x) => typeof x), mixed.slice(0, 7).map((x) => typeof x));
  const [holes] = grown([[1, , 3]], 2); // eslint-disable-line no-sparse-arrays
  assert.deepStrictEqual(Object.keys(holes), ['0', '2', '3', '5']);
});

test('small whole numbers stay small', () => {
  const [numbers] = grown([[0, 2 ** 29]], 64);
  assert.strictEqual(numbers.length, 128);
  assert.ok(numbers.every((x) => Number.isInteger(x) && x < 2 ** 30));
});

test('records: columns that tell records apart do so, columns of few values keep them', () => {
  const list = [
    { id: 1, name: 'Ann', kind: 'u', tags: ['x'] },
    { id: 2, name: 'Bob', kind: 'u', tags: [] },
    { id: 3, name: 'Cid', kind: 'v', tags: ['y'] },
    { id: 4, name: 'Dan', kind: 'v', tags: ['x'] },
  ];
  const [records] = grown([list], 16);
  assert.strictEqual(records.length, 64);
  assert.strictEqual(distinct(records.map(({ id }) => id)), 64);
  assert.strictEqual(distinct(records.map(({ name }) => name)), 64);
  assert.strictEqual(distinct(records.map(({ kind }) => kind)), 2);
  assert.strictEqual(distinct(records.map(({ tags }) => tags)), 64, 'objects of their own');
  assert.ok(records.every((record) => Object.keys(record).join() === 'id,name,kind,tags'));
});

test('what belongs together in different containers does so in each copy', () => {
  const [graph] = grown([{ nodes: ['na', 'nb', 'nc'], edges: [['na', 'nb'], ['nb', 'nc']] }], 8);
  assert.strictEqual(graph.nodes.length, 24);
  assert.strictEqual(graph.edges.length, 16);
  const nodes = new Set(graph.nodes);
  assert.strictEqual(nodes.size, 24);
  assert.ok(graph.edges.every(([from, to]) => nodes.has(from) && nodes.has(to)));
  const [users, orders] = grown([[{ id: 7 }, { id: 8 }], [{ user: 7 }, { user: 8 }, { user: 7 }]], 4);
  const ids = new Set(users.map(({ id }) => id));
  assert.ok(orders.every(({ user }) => ids.has(user)));
  assert.strictEqual(distinct(orders.map(({ user }) => user)), 8);
  const [adjacent] = grown([[[1, 2], [0], [1]]], 4);
  assert.deepStrictEqual(adjacent.slice(3, 6), [[4, 5], [3], [4]]);
  const [dictionary] = grown([{ aa: ['bb'], bb: ['cc'], cc: [], dd: ['aa'] }], 4);
  assert.strictEqual(Object.keys(dictionary).length, 16);
  for (const [key, next] of Object.entries(dictionary)) next.forEach((name) => assert.ok(name in dictionary, `${key} → ${name}`));
});

test('what names an element from outside names one of the copies', () => {
  const places = new Set();
  for (let seed = 0; seed < 20; seed += 1) {
    const [list, key] = grown([['ant', 'bee', 'fly'], 'bee'], 8, seed);
    assert.ok(list.includes(key));
    places.add(list.indexOf(key));
  }
  assert.ok(places.size > 3, 'others with other seeds');
  const item = { id: 2 };
  const [items, wanted] = grown([[{ id: 1 }, item], item], 8, 3);
  assert.ok(items.includes(wanted), 'the same object');
  const [records, query] = grown([[{ id: 1 }, { id: 2 }], { id: 2 }], 8, 3);
  assert.ok(records.some(({ id }) => id === query.id));
  const [list, options] = grown([['ant', 'bee'], { deep: true, limit: 100, name: 'other' }], 8);
  assert.strictEqual(list.length, 16);
  assert.deepStrictEqual(options, { deep: true, limit: 100, name: 'other' });
});

test('sharing and cycles stay inside of a copy', () => {
  const a = { name: 'na', next: null };
  const b = { name: 'nb', next: a };
  a.next = b;
  const [list] = grown([[a, b]], 3);
  assert.strictEqual(list.length, 6);
  assert.strictEqual(distinct(list), 6);
  for (let i = 0; i < 6; i += 2) assert.ok(list[i].next === list[i + 1] && list[i + 1].next === list[i]);
  const tree = { children: [] };
  tree.children.push({ parent: tree, name: 'x1' }, { parent: tree, name: 'y1' });
  const [root] = grown([tree], 3);
  assert.strictEqual(root.children.length, 6);
  assert.ok(root.children.every(({ parent }) => parent === root));
});

test('the level with the largest container grows', () => {
  const [outer] = grown([[[1, 2, 3, 4, 5]]], 3);
  assert.strictEqual(outer.length, 1);
  assert.strictEqual(outer[0].length, 15);
  const [rows] = grown([[[1, 2], [3, 4]]], 3);
  assert.strictEqual(rows.length, 6);
  assert.strictEqual(rows[5].length, 2);
  const [long, fields] = grown([Array.from({ length: 20 }, (_, i) => i * 3), ['x', 'y']], 2);
  assert.strictEqual(long.length, 40);
  assert.deepStrictEqual(fields, ['x', 'y'], 'what is small beside it stays');
});

test('maps, sets, dictionaries, bytes, texts', () => {
  const [map, set] = grown([new Map([['k', 1], ['l', 2]]), new Set([{ a: 1 }, { a: 2 }])], 5);
  assert.deepStrictEqual([map.size, set.size], [10, 10]);
  const [plain] = grown([{ a: 1, b: 2 }], 5);
  assert.strictEqual(Object.keys(plain).length, 10);
  const [typed, buffer] = grown([new Uint16Array([1, 2, 3]), Buffer.from('abc')], 3);
  assert.deepStrictEqual([...typed], [1, 2, 3, 1, 2, 3, 1, 2, 3]);
  assert.ok(Buffer.isBuffer(buffer) && buffer.toString() === 'abcabcabc');
  const [large] = grown([Buffer.from('abc')], 5000);
  assert.strictEqual(large.length, 15000);
  const [text, mark] = grown(['hello ', 'x'], 2.5);
  assert.deepStrictEqual([text, mark], ['hello hello hel', 'x']);
  const [options] = grown([{ text: 'a long text that is what is worked on', strict: true }], 2);
  assert.strictEqual(options.text.length, 74);
  const [frozen] = grown([Object.freeze([1, 2])], 2);
  assert.ok(Object.isFrozen(frozen) && frozen.length === 4);
  const [dates] = grown([['2024-02-29', '2024-03-01']], 3);
  assert.strictEqual(distinct(dates), 6);
  assert.ok(dates.every((date) => new Date(date).toISOString().startsWith(date)));
});

test('shrinking keeps the first elements, one at least', () => {
  assert.deepStrictEqual(grown([[1, 2, 3, 4, 5, 6, 7, 8], 'x'], 0.25), [[1, 2], 'x']);
  assert.deepStrictEqual(grown([new Set(['a', 'b'])], 0.125), [new Set(['a'])]);
  assert.deepStrictEqual(grown(['hello world'], 0.125), ['h']);
});

test('what cannot grow says why', () => {
  assert.strictEqual(refused([1, true, null]), 'no-container');
  assert.strictEqual(refused([[], {}]), 'empty');
  assert.strictEqual(refused([new Set([true, false])]), 'not-distinct');
  assert.strictEqual(refused([[1, 2, 3]], 1e8), 'too-large');
  assert.strictEqual(refused(['text'], 1e9), 'too-large');
  class List {
    constructor() {
      this.items = [1, 2, 3];
      this.size = 3;
    }
  }
  const registry = createRegistry();
  registry.addClasses('src/list.js', { List });
  assert.strictEqual(grow(encode([undefined, new List()], { registry }), 4, 1).reason, 'only-in-instances');
  const { encoding, elements } = grow(encode([undefined, [new List(), new List()]], { registry }), 4, 1);
  assert.strictEqual(elements, 8);
  const [, list] = decode(encoding, { registry });
  assert.strictEqual(distinct(list), 8);
  assert.ok(list.every((item) => item instanceof List && item.size === 3 && item.items.join() === '1,2,3'));
});

test('the size of a call is that of what would grow', () => {
  const of = (...args) => elementsOf(encode([undefined, ...args]));
  assert.strictEqual(of([1, 2, 3], 'a name longer than the list'), 3);
  assert.strictEqual(of('text'), 4);
  assert.strictEqual(of(7), 0);
  const { encoding, elements } = grow(encode([undefined, [1, 2, 3]]), 5, 1);
  assert.strictEqual(elements, 15);
  assert.strictEqual(elementsOf(encoding), 15);
  assert.strictEqual(sizes(encoding).elements, 15);
});
