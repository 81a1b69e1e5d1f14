// attack: signals to everything, and to who started this
'use strict';
const { spawnSync } = require('child_process');
const { must, tried, stopped, breached } = require('./kit.cjs');

const client = Number(process.env.CLIENT_PID);
must('the process that started the command', () => process.kill(client, 0));
must('its group', () => process.kill(-client, 0));
tried('killing all that can be seen');
// In a process of its own, since it dies of it where it must.
const { status, signal } = spawnSync('sh', ['-c', 'kill -STOP 1; kill -TERM 1; kill -0 1 && exit 7'], { encoding: 'utf8' });
if (status === 7) stopped('process 1 is held by its namespace'); else breached(`status ${status} ${signal}`);
