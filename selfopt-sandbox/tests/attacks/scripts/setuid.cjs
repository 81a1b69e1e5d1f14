// attack: become another user through set-user-id programs
'use strict';
const fs = require('fs');
const { spawnSync } = require('child_process');
const { tried, stopped, breached, must } = require('./kit.cjs');

const identity = () => spawnSync('id', ['-u'], { encoding: 'utf8' }).stdout.trim();
const before = identity();
tried('a shell with the set-user-id bit');
fs.copyFileSync('/bin/sh', 'shell');
fs.chmodSync('shell', 0o6755);
const inside = spawnSync('./shell', ['-p', '-c', 'id -u'], { encoding: 'utf8' }).stdout.trim();
if (inside === before && before !== '0') stopped(`still user ${before}`); else breached(`user ${inside}`);
for (const program of ['/bin/su', '/usr/bin/sudo', '/usr/bin/newgrp', '/usr/bin/passwd']) {
  if (!fs.existsSync(program)) continue;
  tried(program);
  const text = fs.readFileSync('/proc/self/status', 'utf8');
  if (/NoNewPrivs:\s*1/.test(text)) stopped('no new privileges'); else breached(program);
}
must('setuid(0)', () => { process.setuid(0); return process.getuid(); });
must('giving a file to root', () => fs.chownSync('shell', 0, 0));
