// attack: artifacts with names and kinds that trip who takes them out
'use strict';
const fs = require('fs');
const { spawnSync } = require('child_process');
const { tried } = require('./kit.cjs');

fs.mkdirSync('out');
process.chdir('out');
tried('names with line breaks, escapes and control characters');
for (const name of ['a\nb.json', 'a\x1b[2Jb.json', 'a\rb.json', 'a\u0085b.json', 'a\x07b.json']) fs.writeFileSync(name, 'x');
tried('names that are not text');
fs.writeFileSync(Buffer.from([0x61, 0xff, 0xfe, 0x2e, 0x6a, 0x73, 0x6f, 0x6e]), 'x');
tried('links to files and folders');
fs.symlinkSync('/etc/passwd', 'passwd.json');
fs.symlinkSync(process.env.TARGET_FILE, 'secret.json');
fs.symlinkSync('/', 'root');
fs.symlinkSync('.', 'loop');
tried('a pipe that blocks its reader, and a socket');
spawnSync('mkfifo', ['pipe.json']);
require('net').createServer().listen('socket.json', () => process.exit(0));
fs.writeFileSync('plain.json', 'plain');
