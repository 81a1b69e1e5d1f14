import test from 'node:test';
import assert from 'node:assert/strict';
import { broken, firstOf, fixed } from '../src/mirrors.js';

const table = new Map([['a', 1], ['b', 2]]);

test('the first mirror answers', async () => {
  assert.equal(await firstOf([fixed(table), broken('down')], 'a'), 1);
});

test('the second mirror answers', async () => {
  assert.equal(await firstOf([broken('down'), fixed(table)], 'b'), 2);
});

test('nobody answers', async () => {
  await assert.rejects(firstOf([broken('down'), fixed(table)], 'c'));
});

test('no mirrors', async () => {
  await assert.rejects(firstOf([], 'a'));
});
