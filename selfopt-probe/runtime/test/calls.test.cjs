'use strict';
const test = require('node:test');
const assert = require('node:assert');
const fs = require('fs');
const os = require('os');
const path = require('path');
const { readCalls, writeCalls } = require('../calls.cjs');

function file(t) {
  const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'calls-'));
  t.after(() => fs.rmSync(directory, { recursive: true, force: true }));
  return path.join(directory, 'w-0.calls');
}

const CALLS = [
  { roots: { v: 1, roots: [0], nodes: [{ text: 'ü\ud800', n: 1 }] }, outcome: null, weight: 1, stratum: 'a' },
  { roots: { v: 1, roots: [], nodes: [] }, outcome: { kind: 'unobserved', reason: 'promise' }, weight: 2.5, stratum: '' },
  { roots: { v: 1, roots: [], nodes: [] }, outcome: { kind: 'return', encoding: { v: 1, roots: [], nodes: [undefined, -0, NaN, 1n] } }, weight: 9, stratum: 'b' },
];

test('what was written is read', (t) => {
  const at = file(t);
  writeCalls(at, CALLS);
  assert.deepStrictEqual(readCalls(at), CALLS);
  assert.deepStrictEqual(fs.readdirSync(path.dirname(at)), ['w-0.calls']);
  writeCalls(at, []);
  assert.deepStrictEqual(readCalls(at), []);
});

test('a file that was cut off anywhere is an error, never fewer calls', (t) => {
  const at = file(t);
  writeCalls(at, CALLS);
  const whole = fs.readFileSync(at);
  for (let length = 0; length < whole.length; length += 1) {
    fs.writeFileSync(at, whole.subarray(0, length));
    assert.throws(() => readCalls(at), /cut off|not a file/, `${length} bytes`);
  }
});

test('another content is an error', (t) => {
  const at = file(t);
  fs.writeFileSync(at, 'SELFOPT2........');
  assert.throws(() => readCalls(at), /not a file of frames/);
  assert.throws(() => readCalls(`${at}.missing`), /ENOENT/);
});

test('a file that cannot be replaced leaves nothing behind', (t) => {
  const at = file(t);
  fs.mkdirSync(path.join(at, 'in-the-way'), { recursive: true });
  assert.throws(() => writeCalls(at, CALLS));
  assert.deepStrictEqual(fs.readdirSync(path.dirname(at)), ['w-0.calls']);
});
