'use strict';
const test = require('node:test');
const assert = require('node:assert');
const { MAX_CALL_BYTES, readInputs, thin } = require('../timed-inputs.cjs');
const { decode } = require('../graph.cjs');
const { outcome, workshop } = require('../testing/timed.cjs');

const total = (calls) => calls.reduce((sum, { weight }) => sum + weight, 0);

test('calls as they were recorded, with their sizes', (t) => {
  const path = workshop(t).calls([{ args: [[1, 2]], weight: 3, outcome: outcome('return', 1) }, { args: [] }]);
  const { calls, dropped } = readInputs(path, null);
  assert.deepStrictEqual(dropped, {});
  assert.deepStrictEqual(calls.map(({ weight, elements, take, ends }) => ({ weight, elements, take, ends })), [
    { weight: 3, elements: 2, take: 1001, ends: 'return' },
    { weight: 1, elements: 0, take: 1001, ends: null },
  ]);
});

test('how many values a reader took is kept, and grows with the inputs', (t) => {
  const left = outcome('yields', { values: [1, 2], end: 'left', value: undefined });
  const all = outcome('yields', { values: [1, 2], end: 'return', value: undefined });
  const path = workshop(t).calls([{ args: [[1, 2]], outcome: left }, { args: [[1, 2]], outcome: all }]);
  assert.deepStrictEqual(readInputs(path, null).calls.map(({ take }) => take), [2, 1001]);
  assert.deepStrictEqual(readInputs(path, { factor: 4, seed: 1 }).calls.map(({ take }) => take), [8, 1001]);
});

test('what is too large or cannot grow is left out, with its reason', (t) => {
  const path = workshop(t).calls([['x'.repeat(5000)], [[1, 2, 3]], [[]], [1]]);
  const plain = readInputs(path, null, { maxCallBytes: 1000 });
  assert.deepStrictEqual([plain.calls.length, plain.dropped], [3, { 'too-large': 1 }]);
  const grown = readInputs(path, { factor: 8, seed: 1 }, { maxCallBytes: 1000 });
  assert.deepStrictEqual([grown.calls.length, grown.dropped], [1, { 'too-large': 1, empty: 1, 'no-container': 1 }]);
  assert.strictEqual(decode(grown.calls[0].roots)[1].length, 24);
  assert.ok(MAX_CALL_BYTES >= 1048576);
});

test('calls that do not fit together are thinned out along their sizes', (t) => {
  const list = Array.from({ length: 100 }, (_, i) => ({ args: ['x'.repeat(((i * 37) % 100) + 1)], weight: i + 1 }));
  const path = workshop(t).calls(list);
  const whole = readInputs(path, null);
  const bytes = whole.calls.reduce((sum, call) => sum + call.bytes, 0);
  const { calls, shares } = readInputs(path, null, { maxBytes: bytes / 10 });
  assert.ok(calls.length >= 5 && calls.length <= 12, `${calls.length}`);
  assert.ok(calls.reduce((sum, call) => sum + call.bytes, 0) <= bytes / 10);
  assert.strictEqual(total(calls), total(whole.calls), 'together they stand for as many');
  assert.ok(Math.min(...calls.map(({ elements }) => elements)) < 20 && Math.max(...calls.map(({ elements }) => elements)) > 80);
  assert.deepStrictEqual(readInputs(path, null, { maxBytes: bytes / 10 }), { calls, dropped: {}, shares }, 'the same again');
  assert.strictEqual(thin(whole.calls, 1).length, 1);
});
