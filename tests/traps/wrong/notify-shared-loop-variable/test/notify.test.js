import test from 'node:test';
import assert from 'node:assert/strict';
import { announce, notifyAll } from '../src/notify.js';

const users = Array.from({ length: 45 }, (_, i) => `user${i}`);

test('everybody is told', async () => {
  assert.deepEqual(await announce(users, 'hello'), { count: 45, texts: ['hello'] });
});

test('failures do not count', async () => {
  assert.equal(await notifyAll(users, async () => false), 0);
});

test('width', async () => {
  assert.equal(await notifyAll(users, async () => true, 4), 45);
  assert.equal(await notifyAll(users, async (_, index) => index >= 0, 1), 45);
});

test('nobody', async () => {
  assert.equal(await notifyAll([], async () => true), 0);
});
