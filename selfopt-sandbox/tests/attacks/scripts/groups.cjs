// attack: leave the limits through the files of control groups
'use strict';
const fs = require('fs');
const { must } = require('./kit.cjs');

const dirs = ['', '/memory', '/pids', '/cpuset', '/unified', '/system.slice', '/user.slice'];
for (const dir of dirs) must(`enter /sys/fs/cgroup${dir}`, () => fs.writeFileSync(`/sys/fs/cgroup${dir}/cgroup.procs`, String(process.pid)));
must('make a group', () => fs.mkdirSync('/sys/fs/cgroup/memory/selfopt-escape'));
must('a release agent', () => fs.accessSync('/sys/fs/cgroup/memory/release_agent', fs.constants.W_OK));
