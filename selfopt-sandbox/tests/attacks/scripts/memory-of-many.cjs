// attack: many processes that each take a little memory
// memory: 256
// wall: 20
// ends: out-of-memory
'use strict';
const { spawn } = require('child_process');
const { tried, breached } = require('./kit.cjs');

tried('eight processes of a hundred megabytes');
const code = 'const b = Buffer.alloc(100 * 1024 * 1024, 1); setInterval(() => b.fill(2), 100)';
for (let n = 0; n < 8; n += 1) {
  const child = spawn(process.execPath, ['-e', code, process.env.ATTACK_ID], { detached: true, stdio: 'ignore' });
  // Where the kernel takes one of them, that is the end of it.
  child.on('exit', (status, signal) => { if (signal === 'SIGKILL') process.exit(1); });
}
setTimeout(() => { breached('800 MiB'); process.exit(0); }, 15_000);
