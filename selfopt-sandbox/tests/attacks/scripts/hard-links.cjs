// attack: hard links to files outside of the workspace
'use strict';
const fs = require('fs');
const { must } = require('./kit.cjs');

const targets = ['/etc/passwd', '/etc/hosts', process.execPath, '/usr/bin/env', '/proc/self/exe', '/dev/null', process.env.TARGET_FILE];
targets.forEach((target, n) => must(`a link to ${n === targets.length - 1 ? 'a file of the host' : target.replace(process.execPath, 'node')}`, () => fs.linkSync(target, `link${n}`)));
