// attack: fill the disk with many files, each below the limit on files
// disk: 64
// wall: 20
// ends: disk-exceeded
'use strict';
const fs = require('fs');
const { tried, stopped } = require('./kit.cjs');

tried('at most a gigabyte in files of eight megabytes');
const block = Buffer.alloc(8 * 1024 * 1024, 'x');
let written = 0;
try {
  for (let n = 0; n < 128; n += 1, written += block.length) fs.writeFileSync(`fill${n}`, block);
} catch (error) {
  stopped(error.code);
}
// Not ended yet: then the watch has not come round, which it does.
if (written === 128 * block.length) for (;;) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1000);
