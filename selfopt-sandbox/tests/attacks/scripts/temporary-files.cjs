// attack: fill what lies in memory and not on the disk
// memory: 1024
// wall: 20
'use strict';
const fs = require('fs');
const { must } = require('./kit.cjs');

const fill = (path) => () => {
  const fd = fs.openSync(path, 'w');
  const block = Buffer.alloc(4 * 1024 * 1024, 'x');
  for (let n = 0; n < 200; n += 1) fs.writeSync(fd, block);
  return 'eight hundred megabytes';
};
must('/dev/shm', fill('/dev/shm/fill'));
fs.rmSync('/dev/shm/fill', { force: true });
must('/tmp', fill('/tmp/fill'));
fs.rmSync('/tmp/fill', { force: true });
must('/dev', fill('/dev/fill'));
must('/run', fill('/run/fill'));
