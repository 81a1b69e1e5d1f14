// attack: start processes until the machine has no more
// processes: 8
// wall: 20
'use strict';
const { spawn } = require('child_process');
const { tried, stopped, breached } = require('./kit.cjs');

tried('five hundred processes');
let failed = 0;
let running = 0;
const LIMIT = 500;
for (let n = 0; n < LIMIT; n += 1) {
  try {
    const child = spawn('sleep', ['30'], { stdio: 'ignore', detached: true });
    child.on('error', () => {});
    if (child.pid === undefined) failed += 1; else running += 1;
  } catch {
    failed += 1;
  }
}
if (failed === 0) breached(`${running} processes`); else stopped('EAGAIN');
process.exit(0);
