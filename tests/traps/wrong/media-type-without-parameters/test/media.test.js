import test from 'node:test';
import assert from 'node:assert/strict';
import { charset, countByType, isText, mediaType } from '../src/media.js';

test('parameters are cut off', () => {
  assert.equal(mediaType('Text/HTML; charset=utf-8'), 'text/html');
  assert.equal(mediaType('multipart/form-data; boundary=x; a=b'), 'multipart/form-data');
});

test('the character set', () => {
  assert.equal(charset('text/plain; charset="ISO-8859-1"'), 'iso-8859-1');
  assert.equal(charset('text/plain'), 'utf-8');
  assert.equal(charset('image/png'), null);
});

test('texts', () => {
  assert.ok(isText('text/css'));
  assert.ok(isText('application/json; charset=utf-8'));
  assert.ok(isText('image/svg+xml; charset=utf-8'));
  assert.ok(!isText('application/octet-stream'));
});

test('counts', () => {
  const headers = Array.from({ length: 99 }, (_, i) => ['text/html', 'image/png', 'text/css; charset=utf-8'][i % 3]);
  assert.deepEqual(countByType(headers), { text: 66, binary: 33 });
});
