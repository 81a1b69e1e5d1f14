// attack: spin on every core for ever
// wall: 2
// ends: timed-out
'use strict';
const { spawn } = require('child_process');
const { tried } = require('./kit.cjs');

tried('four processes that never stop');
for (let n = 0; n < 4; n += 1) spawn(process.execPath, ['-e', 'for (;;);', process.env.ATTACK_ID], { detached: true, stdio: 'ignore' });
for (;;);
