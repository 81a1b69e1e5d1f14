// attack: type into the terminal of who started the command
'use strict';
const { spawnSync } = require('child_process');
const fs = require('fs');
const { tried, stopped, breached, must } = require('./kit.cjs');

must('the controlling terminal', () => fs.openSync('/dev/tty', 'r+'));
tried('TIOCSTI');
const code = 'open(T, "<", "/dev/null"); $x = "x"; print ioctl(T, 0x5412, $x) ? "done" : "$!{EPERM}$!{ENOTTY}$!{EIO}" ? "refused" : "other"';
const { stdout } = spawnSync('perl', ['-MErrno', '-e', code], { encoding: 'utf8' });
if (stdout === 'refused') stopped('refused'); else breached(stdout);
