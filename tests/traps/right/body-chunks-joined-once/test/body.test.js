import test from 'node:test';
import assert from 'node:assert/strict';
import { BodyTooLarge, readBody, readJson } from '../src/body.js';

const encode = (text) => new TextEncoder().encode(text);

function cut(bytes, size) {
  const chunks = [];
  for (let i = 0; i < bytes.length; i += size) chunks.push(bytes.slice(i, i + size));
  return chunks;
}

test('chunks are joined', async () => {
  const chunks = Array.from({ length: 24 }, (_, i) => (i === 7 ? Uint8Array.of() : Uint8Array.of(i, i + 1)));
  assert.deepEqual([...(await readBody(chunks))], chunks.flatMap((chunk) => [...chunk]));
});

test('an upload', async () => {
  const bytes = new Uint8Array(400000).map((_, i) => i & 255);
  const body = await readBody(cut(bytes, 4096));
  assert.equal(body.length, 400000);
  assert.equal(body[70001], 70001 & 255);
});

test('a limit', async () => {
  await assert.rejects(readBody(cut(new Uint8Array(300000), 2048), 200000), BodyTooLarge);
});

test('JSON', async () => {
  const value = Array.from({ length: 4000 }, (_, i) => ({ id: i, name: `name ${i}` }));
  assert.deepEqual(await readJson(cut(encode(JSON.stringify(value)), 1024)), value);
});
