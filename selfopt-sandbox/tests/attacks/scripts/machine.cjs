// attack: stop or change the machine
'use strict';
const { systemCalls } = require('./kit.cjs');

systemCalls([
  ['restart, without its magic numbers', 'reboot', 0, 0, 0, 0],
  ['a new kernel', 'kexec_load', 0, 99, 0, -1],
  ['a kernel module', 'init_module', 0, 0, 0],
  ['removing one', 'delete_module', 0, 0],
  ['the clock', 'clock_settime', 0, 0],
  ['swap', 'swapon', 0, 0],
  ['process accounting', 'acct', 1],
  ['the kernel log', 'syslog', 99, 0, 0],
  ['the name of the machine', 'sethostname', 0, 100000],
  ['its domain', 'setdomainname', 0, 100000],
]);
