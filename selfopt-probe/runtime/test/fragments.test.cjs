'use strict';
// Characters put into texts: which, where, and that nothing else changes.
const test = require('node:test');
const assert = require('node:assert');
const { GROUPS, withFragment } = require('../fragments.cjs');
const { variationOf } = require('../pair-vary.cjs');
const { createVariations } = require('../vary.cjs');
const { encode } = require('../graph.cjs');
const { createRandom } = require('../reservoir.cjs');

const LONE = /(?:[\ud800-\udbff](?![\udc00-\udfff]))|(?:(?:^|[^\ud800-\udbff])[\udc00-\udfff])/;

/** `text` without one run of characters is `whole`. */
function holds(text, whole) {
  for (let at = 0; at <= whole.length; at += 1) {
    const rest = whole.length - at;
    if (text.startsWith(whole.slice(0, at)) && text.endsWith(whole.slice(at)) && text.length >= at + rest) return true;
  }
  return false;
}

test('a fragment is put in at one place, no pair of units is taken apart, equal seeds give equal texts', () => {
  for (const text of ['', 'a', 'abc', '\u{1F600}\u{1F600}\u{1F600}']) {
    const [one, two] = [createRandom(7), createRandom(7)];
    for (let turn = 0; turn < 200; turn += 1) {
      const made = withFragment(text, turn, one);
      assert.ok(made.length >= text.length + 3 && made.length <= text.length + 5, JSON.stringify(made));
      assert.ok(holds(made, text), JSON.stringify([text, made]));
      assert.ok(!LONE.test(made), JSON.stringify(made));
      assert.strictEqual(withFragment(text, turn, two), made);
    }
  }
});

test('a few rounds of turns bring what stands beside ranges and what takes two units', () => {
  const random = createRandom(1);
  const seen = new Set();
  for (let turn = 0; turn < 8 * GROUPS; turn += 1) for (const character of withFragment('', turn, random)) seen.add(character);
  for (const character of ['\u{1F600}', '\x7f', '\0', '\n', '\u2028', '"', '\\', '{', '`', '#', ':']) {
    assert.ok(seen.has(character), JSON.stringify(character));
  }
});

test('recorded texts are varied with fragments, inside of what was seen', () => {
  const recorded = ['plain', 'another', 'third one'].map((text) => encode([undefined, text], { mode: 'data' }));
  const { variations } = createVariations(recorded, recorded, { seed: 1, count: 200 });
  const texts = [...variations].filter(({ inside, what }) => inside && what.includes('characters put in')).map(({ encoding }) => encoding.roots[1]);
  assert.ok(texts.some((text) => /\x7f/.test(text)), JSON.stringify(texts));
  assert.ok(texts.some((text) => /[\u{10000}-\u{10ffff}]/u.test(text)), JSON.stringify(texts));
});

test('a call is varied in one of its texts', () => {
  const random = createRandom(3);
  const args = [1, 'one', null, '', 'two', '\ud83d', { text: 'three' }];
  const places = new Set();
  const names = new Set();
  for (let turn = 0; turn < 50; turn += 1) {
    const [{ at, text, name, ordinary }, ...more] = variationOf(args, turn, random);
    places.add(at);
    assert.ok(more.length === 0 && text !== args[at], text);
    if (name === undefined) assert.ok(holds(text, args[at]), text);
    else assert.ok(names.add(name) && text === name && ordinary.length === name.length && ordinary !== name, text);
  }
  assert.strictEqual(names.size, 4);
  assert.deepStrictEqual([...places].sort(), [1, 4]);
  assert.deepStrictEqual(variationOf([1, '', '\ud83d', {}], 0, random), []);
});
