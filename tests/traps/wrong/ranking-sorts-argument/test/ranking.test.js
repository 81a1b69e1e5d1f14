import test from 'node:test';
import assert from 'node:assert/strict';
import { parseScores, rank, table } from '../src/ranking.js';

const many = Array.from({ length: 120 }, (_, i) => ({ player: `p${i}`, points: (i * 13) % 50 }));

test('scores', () => {
  assert.deepEqual(parseScores('ann=3; bob=5'), [{ player: 'ann', points: 3 }, { player: 'bob', points: 5 }]);
});

test('places have gaps after ties', () => {
  assert.deepEqual(table('ann=3;bob=5;cid=3;dan=1'), ['1. bob (5)', '2. ann (3)', '2. cid (3)', '4. dan (1)']);
});

test('points fall', () => {
  const points = rank(many).map((entry) => entry.points);
  assert.ok(points.every((value, i) => i === 0 || value <= points[i - 1]));
});

test('everybody has a place', () => {
  assert.equal(new Set(rank(many).map((entry) => entry.player)).size, 120);
});

test('one player', () => {
  assert.deepEqual(rank([{ player: 'x', points: 0 }]), [{ place: 1, player: 'x', points: 0 }]);
});
