// attack: parts of the kernel that escapes begin with
'use strict';
const { systemCalls } = require('./kit.cjs');

systemCalls([
  ['io_uring', 'io_uring_setup', 1, 0],
  ['programs in the kernel', 'bpf', 99, 0, 0],
  ['performance events', 'perf_event_open', 0, 0, -1, -1, 0],
  ['page faults in user space', 'userfaultfd', 0x7fff0000],
  ['file system events', 'fanotify_init', -1, 0],
  ['a key ring', 'keyctl', 99, 0],
  ['a new key', 'add_key', 0, 0, 0, 0, 0],
  ['a key of somebody else', 'request_key', 0, 0, 0, 0],
  ['a file by its handle', 'open_by_handle_at', -1, 0, 0],
  ['comparing processes', 'kcmp', -1, -1, 99, 0, 0],
]);
