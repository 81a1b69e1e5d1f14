// attack: reach the host through device files, or make some
'use strict';
const fs = require('fs');
const { spawnSync } = require('child_process');
const { must, tried, stopped, breached } = require('./kit.cjs');

for (const path of ['/dev/vda', '/dev/sda', '/dev/nvme0n1', '/dev/mem', '/dev/kmem', '/dev/port', '/dev/kmsg', '/dev/kvm', '/dev/fuse', '/dev/net/tun', '/dev/loop-control', '/dev/loop0', '/dev/mapper/control', '/dev/vsock', '/dev/vhost-net', '/dev/userfaultfd', '/dev/input/event0']) {
  must(path, () => fs.openSync(path, 'r'));
}
for (const args of [['disk', 'b', '254', '0'], ['mem', 'c', '1', '1']]) {
  tried(`mknod ${args.join(' ')}`);
  const { status, stderr } = spawnSync('mknod', args, { encoding: 'utf8' });
  if (status === 0) breached(`mknod ${args[0]}`);
  else stopped(/not permitted/.test(stderr) ? 'EPERM' : stderr.trim());
}
