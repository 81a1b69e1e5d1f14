import test from 'node:test';
import assert from 'node:assert/strict';
import { distance, path, project } from '../src/points.js';

const track = Array.from({ length: 300 }, (_, i) => ({ lat: 46 + i / 500, lon: 7 + ((i * 7) % 90) / 300 }));

test('pixels', () => {
  assert.deepEqual(project([{ lat: 1.5, lon: 2 }], 2), [{ x: 40, y: -30 }]);
});

test('distances', () => {
  assert.ok(Math.abs(distance({ lat: 0, lon: 0 }, { lat: 0, lon: 1 }) - 111.19) < 0.1);
});

test('a path', () => {
  assert.equal(path([{ lat: -1, lon: 0 }, { lat: -2, lon: 1 }], 1), 'M0 10L10 20');
});

test('a track', () => {
  assert.equal(project(track, 12).length, 300);
  assert.equal(path(track, 4).split('L').length, 300);
});

test('no points', () => {
  assert.equal(path([], 3), '');
});
