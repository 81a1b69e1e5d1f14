import test from 'node:test';
import assert from 'node:assert/strict';
import { lengths, using } from '../src/scope.js';

const open = async () => ({ texts: { a: 'first', bcd: 'second one' } });
const close = async (handle) => Object.keys(handle.texts).length;

test('what the work gives', async () => {
  assert.equal(await using(open, close, async (handle) => handle.texts.a), 'first');
});

test('an error of the work', async () => {
  await assert.rejects(using(open, close, async () => { throw new Error('broken'); }), /broken/);
});

test('work that takes a while', async () => {
  const work = async (handle) => {
    await null;
    return handle.texts.bcd.length;
  };
  assert.equal(await using(open, close, work), 10);
});

test('lengths', async () => {
  assert.deepEqual(await lengths(open, close, ['a', 'bcd']), [5, 10]);
});

test('nothing to read', async () => {
  assert.deepEqual(await lengths(open, close, []), []);
});
