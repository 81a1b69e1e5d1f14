// attack: new namespaces, in which one is root again
'use strict';
const { systemCalls } = require('./kit.cjs');

systemCalls([
  ['users', 'unshare', 0x10000000],
  ['mounts', 'unshare', 0x00020000],
  ['network', 'unshare', 0x40000000],
  ['processes', 'unshare', 0x20000000],
  ['control groups', 'unshare', 0x02000000],
  ['users and mounts at once', 'unshare', 0x10020000],
  ['the namespaces of process 1', 'setns', -1, 0],
]);
