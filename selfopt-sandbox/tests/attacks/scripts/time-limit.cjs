// attack: outlive the time limit by ignoring and stopping
// wall: 2
// ends: timed-out
'use strict';
const { spawn } = require('child_process');
const { tried } = require('./kit.cjs');

for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP', 'SIGQUIT']) process.on(signal, () => {});
tried('children that ignore signals, and one that stops itself');
const id = process.env.ATTACK_ID;
spawn('sh', ['-c', `trap '' TERM INT HUP; while :; do sleep 1; done # ${id}`], { detached: true, stdio: 'ignore' });
spawn('sh', ['-c', `kill -STOP $$; : ${id}`], { detached: true, stdio: 'ignore' });
setInterval(() => {}, 1000);
