'use strict';
// A fast path for plain texts that lets one character too many through: no recorded call has it, and a
// text that is varied at random nearly always holds another character that is not plain.
const test = require('node:test');
const assert = require('node:assert');
const { replaySides } = require('../testing/sides.cjs');

const SLOW = 'return encodeURI(text).replace(/\\+/g,"%2B").replace(/%20/g,"+").replace(/#/g,"%23").replace(/&/g,"%26")';
const base = `function f(text){${SLOW}}`;
const fast = (more) => `const PLAIN=/^[\\w!~${more}.-]*$/;function f(text){if(PLAIN.test(text))return text;${SLOW}}`;
const inputs = ['bar', 'hello world', 'a&b', '42', 'x-y'].map((text) => [text]);
const literals = { texts: ['!', '#', '%23', '&', '-', '.', '~'], numbers: [] };

test('what the source names is tried', async (t) => {
  const wrong = await replaySides(t, { base, candidate: fast('#'), inputs, request: { literals, variations: 200 } });
  assert.strictEqual(wrong.difference, null);
  assert.notStrictEqual(wrong.differenceInside, null);
  assert.deepStrictEqual([wrong.differenceInside.base, wrong.differenceInside.candidate], ['"%23"', '"#"']);
  const right = await replaySides(t, { base, candidate: fast(''), inputs, request: { literals, variations: 200 } });
  assert.strictEqual(right.differenceInside, null);
});
