import test from 'node:test';
import assert from 'node:assert/strict';
import { slugs } from '../src/headings.js';

test('a heading without letters is an error', () => {
  assert.throws(() => slugs(['Usage', 'Options', '***']), /without letters/);
});
