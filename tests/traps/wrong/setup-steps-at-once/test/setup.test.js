import test from 'node:test';
import assert from 'node:assert/strict';
import { runSteps, standardSteps, step } from '../src/setup.js';

test('the standard steps', async () => {
  const state = { routes: ['/', '/about'] };
  assert.deepEqual(await runSteps(standardSteps, state), ['config: done', 'routes: 2 routes', 'limits: at most 300']);
  assert.equal(state.table.get('/about'), 1);
});

test('overrides', async () => {
  const state = { overrides: { retries: 5 } };
  await runSteps(standardSteps, state);
  assert.equal(state.limit, 500);
});

test('an error ends the setup', async () => {
  const steps = [step('bad', async () => { throw new Error('no disk'); })];
  await assert.rejects(runSteps(steps, {}), /no disk/);
});

test('steps that wait', async () => {
  const state = { seen: [] };
  const steps = Array.from({ length: 40 }, (_, i) =>
    step(`s${i}`, async ({ seen }) => {
      await null;
      seen.push(i);
      await null;
      return i;
    }),
  );
  const log = await runSteps(steps, state);
  assert.equal(log.length, 40);
  assert.deepEqual(state.seen, [...Array(40).keys()]);
});

test('no steps', async () => {
  assert.deepEqual(await runSteps([], {}), []);
});
