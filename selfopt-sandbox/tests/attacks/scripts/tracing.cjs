// attack: read or steer other processes
'use strict';
const { systemCalls } = require('./kit.cjs');

systemCalls([
  ['attaching to process 1', 'ptrace', 16, 1, 0, 0],
  ['the memory of process 1', 'process_vm_readv', 1, 0, 0, 0, 0, 0],
  ['a descriptor of process 1', 'pidfd_getfd', -1, 0, 0],
]);
