// attack: daemons in sessions of their own that ignore signals
'use strict';
const { spawnSync, spawn } = require('child_process');
const fs = require('fs');
const { tried } = require('./kit.cjs');

const id = process.env.ATTACK_ID;
fs.writeFileSync('daemon.sh', "trap '' HUP INT TERM QUIT USR1 USR2 PIPE; touch $2; while :; do sleep 1; done\n");
tried('a daemon that lost its parents');
spawnSync('sh', ['-c', `setsid sh daemon.sh ${id} one > /dev/null 2>&1 &`]);
tried('one without environment');
spawn('env', ['-i', 'sh', 'daemon.sh', id, 'two'], { detached: true, stdio: 'ignore' }).unref();
while (!fs.existsSync('one') || !fs.existsSync('two'));
tried('a zombie that nobody waits for');
spawn('sh', ['-c', 'true'], { detached: true, stdio: 'ignore' }).unref();
