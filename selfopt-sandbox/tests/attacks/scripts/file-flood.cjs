// attack: twenty thousand empty files
// disk: 32
// wall: 20
// ends: disk-exceeded
'use strict';
const fs = require('fs');
const { tried, stopped } = require('./kit.cjs');

tried('twenty thousand files without content');
let made = 0;
try {
  for (; made < 20_000; made += 1) {
    if (made % 1000 === 0) fs.mkdirSync(`many${made / 1000}`);
    fs.closeSync(fs.openSync(`many${Math.floor(made / 1000)}/${made}`, 'w'));
  }
} catch (error) {
  stopped(error.code);
}
if (made === 20_000) for (;;) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1000);
