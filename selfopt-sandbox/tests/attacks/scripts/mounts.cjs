// attack: mount, move and change roots
'use strict';
const { systemCalls } = require('./kit.cjs');

systemCalls([
  ['mount', 'mount', 0, 0, 0, 0, 0],
  ['unmount', 'umount2', 0, 99],
  ['pivot_root', 'pivot_root', 0, 0],
  ['chroot', 'chroot', 0],
  ['a file system by descriptor', 'fsopen', 0, 0],
  ['moving a mount', 'move_mount', -1, 0, -1, 0, 0],
]);
