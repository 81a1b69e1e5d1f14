import test from 'node:test';
import assert from 'node:assert/strict';
import { limitsFor, overLimit, usage } from '../src/limits.js';

const teams = new Map(Array.from({ length: 60 }, (_, i) => [`team${i}`, { limits: { requests: 10 + i, storage: 100, seats: 5 } }]));

test('limits of a team', () => {
  assert.equal(limitsFor(teams, 'team7').requests, 17);
});

test('shares', () => {
  assert.deepEqual(usage(teams, 'team0', { requests: 5, storage: 200 }), { requests: 0.5, storage: 1, seats: 0 });
});

test('teams over their limit', () => {
  assert.deepEqual(overLimit(teams, { team3: { seats: 5 }, team4: { seats: 4 } }), ['team3']);
});

test('nobody is over the limit', () => {
  assert.deepEqual(overLimit(teams, {}), []);
});
