'use strict';
const test = require('node:test');
const assert = require('node:assert');
const fs = require('fs');
const os = require('os');
const path = require('path');
const { write } = require('../kernels.cjs');
const { readCalls } = require('../calls.cjs');

test('every kernel has both sides, one call, and returns its argument', async () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'kernels-'));
  try {
    const { kernels } = await write({ folder, shares: { a: 1, b: 0.5 } });
    assert.deepStrictEqual(kernels, ['alloc', 'includes', 'intloop', 'json']);
    for (const kernel of kernels) {
      assert.strictEqual(readCalls(path.join(folder, 'calls', `${kernel}-0.calls`)).length, 1);
      const results = ['a', 'b'].map((side) => {
        const side1 = require(path.join(folder, 'side', `${kernel}-${side}`, 'bundle.cjs'));
        const result = side1.kernel(10);
        return [result, Number.isInteger(side1.drain())];
      });
      assert.deepStrictEqual(results, [[10, true], [10, true]]);
    }
  } finally {
    fs.rmSync(folder, { recursive: true });
  }
});
