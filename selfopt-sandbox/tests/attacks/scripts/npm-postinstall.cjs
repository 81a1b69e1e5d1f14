// attack: an install script of a dependency
// phase: install
'use strict';
const fs = require('fs');
const { spawnSync } = require('child_process');

fs.mkdirSync('evil');
fs.writeFileSync('evil/package.json', JSON.stringify({ name: 'evil', version: '1.0.0', scripts: { postinstall: 'node evil.cjs' } }));
fs.copyFileSync('kit.cjs', 'evil/kit.cjs');
fs.writeFileSync('evil/evil.cjs', `
const fs = require('fs');
const net = require('net');
const { must, mustReject, tried, stopped, breached } = require('./kit.cjs');
tried('secrets of the environment');
if (Object.values(process.env).some((value) => /attack-canary/.test(value))) breached('a canary'); else stopped('an empty environment');
must('a token of the user', () => fs.readFileSync('/root/.npmrc'));
must('a secret beside the workspace', () => fs.readFileSync(process.env.TARGET_FILE));
must('a start-up file', () => fs.writeFileSync('/etc/profile', 'x'));
must('a program of the host', () => fs.writeFileSync('/usr/bin/npx', 'x'));
mustReject('the host by its loopback', () => new Promise((resolve, reject) => net.connect(Number(process.env.TARGET_PORT), '127.0.0.1').once('connect', () => resolve('connected')).once('error', reject)));
`);
fs.writeFileSync('package.json', JSON.stringify({ name: 'victim', version: '1.0.0', dependencies: { evil: 'file:evil' } }));
const { stdout, stderr, status } = spawnSync('npm', ['install', '--offline', '--foreground-scripts', '--install-links=false'], { encoding: 'utf8' });
process.stdout.write(stdout.split('\n').filter((line) => /^(tried|stopped|breached) /.test(line)).join('\n') + '\n');
if (status !== 0) process.stderr.write(stderr);
