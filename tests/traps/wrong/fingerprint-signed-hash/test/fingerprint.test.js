import test from 'node:test';
import assert from 'node:assert/strict';
import { assetName, fingerprint, manifest } from '../src/fingerprint.js';

test('the same text has the same fingerprint', () => {
  assert.equal(fingerprint('body { color: red }'), fingerprint('body { color: red }'));
});

test('texts that differ in one letter', () => {
  assert.notEqual(fingerprint('a'.repeat(100)), fingerprint('a'.repeat(99) + 'b'));
});

test('the name goes in front of the extension', () => {
  assert.match(assetName('css/site.css', 'x'), /^css\/site\.[^.]+\.css$/);
  assert.match(assetName('.htaccess', 'x'), /^\.htaccess\.[^.]+$/);
});

test('a manifest', () => {
  const files = Object.fromEntries(Array.from({ length: 80 }, (_, i) => [`js/m${i}.js`, `export default ${i};\n`.repeat(20)]));
  const names = Object.values(manifest(files));
  assert.equal(new Set(names).size, 80);
});

test('no files', () => {
  assert.deepEqual(manifest({}), {});
});
