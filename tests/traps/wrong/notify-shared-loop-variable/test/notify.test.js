import test from 'node:test';
import assert from 'node:assert/strict';
import { announce, notifyAll } from '../src/notify.js';

const users = Array.from({ length: 45 }, (_, i) => `user${i}`);

test('everybody is told', async () => {
  assert.deepEqual(await announce(users, 'hello'), { count: 45, size: 45 });
});

test('failures do not count', async () => {
  assert.equal(await notifyAll(users, async () => false), 0);
});

test('width', async () => {
  let open = 0;
  let most = 0;
  await notifyAll(
    users,
    async () => {
      most = Math.max(most, ++open);
      await null;
      open -= 1;
      return true;
    },
    4,
  );
  assert.equal(most, 4);
});

test('nobody', async () => {
  assert.equal(await notifyAll([], async () => true), 0);
});
