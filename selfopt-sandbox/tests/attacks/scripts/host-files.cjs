// attack: read what only the host's users may read
'use strict';
const fs = require('fs');
const { must } = require('./kit.cjs');

const read = (path) => () => (fs.statSync(path).isDirectory() ? fs.readdirSync(path) : fs.readFileSync(path).subarray(0, 16).toString('hex'));
must('a secret beside the workspace', read(process.env.TARGET_FILE));
for (const path of ['/etc/shadow', '/etc/sudoers', '/root', '/root/.ssh', '/home/ubuntu', '/var/run/docker.sock', '/run/docker.sock', '/run/containerd', '/proc/kcore', '/proc/kmsg', '/proc/kallsyms-not', '/sys/kernel/debug', '/sys/firmware/efi', '/var/lib/docker', '/var/lib/selfopt', '/boot', '/mnt', '/media/cdrom']) {
  must(path, () => {
    const found = read(path)();
    // An empty folder of the image shows nothing.
    if (Array.isArray(found) && found.length === 0) throw Object.assign(new Error('empty'), { code: 'ENOENT' });
    return found;
  });
}
