'use strict';
// What every attack uses to say what it tries and what stops it. A line
// `tried X` comes first, then `stopped HOW` or `breached WHAT`; the test reads
// nothing else. Nothing here harms a machine on which an attack succeeds.

const { spawnSync } = require('child_process');
const { constants } = require('os');

const say = (line) => process.stdout.write(`${line}\n`);

/** The name of an error's code. */
const how = (error) => error.code || String(error.message).split('\n')[0];

/** Runs what must throw. */
exports.must = (what, attempt) => {
  say(`tried ${what}`);
  try {
    say(`breached ${what}: ${String(attempt()).slice(0, 200)}`);
  } catch (error) {
    say(`stopped ${how(error)}`);
  }
};

/** The same for a promise that must reject. */
exports.mustReject = async (what, attempt) => {
  say(`tried ${what}`);
  try {
    say(`breached ${what}: ${String(await attempt()).slice(0, 200)}`);
  } catch (error) {
    say(`stopped ${how(error)}`);
  }
};

exports.tried = (what) => say(`tried ${what}`);
exports.stopped = (by) => say(`stopped ${by}`);
exports.breached = (what) => say(`breached ${what}`);

/** System calls by processor, as Linux numbers them. */
const NUMBERS = {
  x64: {
    acct: 163, add_key: 248, bpf: 321, chroot: 161, clock_settime: 227, delete_module: 176,
    fanotify_init: 300, fsopen: 430, init_module: 175, io_uring_setup: 425, kcmp: 312,
    kexec_load: 246, keyctl: 250, mount: 165, move_mount: 429, open_by_handle_at: 304,
    perf_event_open: 298, pidfd_getfd: 438, pivot_root: 155, process_vm_readv: 310, ptrace: 101,
    reboot: 169, request_key: 249, setdomainname: 171, sethostname: 170, setns: 308, socket: 41,
    swapon: 167, syslog: 103, umount2: 166, unshare: 272, userfaultfd: 323,
  },
  arm64: {
    acct: 89, add_key: 217, bpf: 280, chroot: 51, clock_settime: 112, delete_module: 106,
    fanotify_init: 262, fsopen: 430, init_module: 105, io_uring_setup: 425, kcmp: 272,
    kexec_load: 104, keyctl: 219, mount: 40, move_mount: 429, open_by_handle_at: 265,
    perf_event_open: 241, pidfd_getfd: 438, pivot_root: 41, process_vm_readv: 270, ptrace: 117,
    reboot: 142, request_key: 218, setdomainname: 162, sethostname: 161, setns: 268, socket: 198,
    swapon: 224, syslog: 116, umount2: 39, unshare: 97, userfaultfd: 282,
  },
};

const REFUSALS = ['EPERM', 'ENOSYS', 'EACCES', 'EAFNOSUPPORT', 'ESOCKTNOSUPPORT'];

/**
 * Makes system calls, in one process each, with arguments that do nothing even
 * where they are allowed: those must be refused for what they are, so any other
 * error than a refusal is a breach. Each call is `[label, name, ...numbers]`.
 */
exports.systemCalls = (calls) => {
  const names = Object.fromEntries(Object.entries(constants.errno).map(([name, n]) => [n, name]));
  for (const [label, name, ...args] of calls) {
    say(`tried ${label}`);
    const call = `$r = syscall(${[NUMBERS[process.arch][name], ...args].join(', ')}); print $r == -1 ? $! + 0 : "done"`;
    const { stdout, error } = spawnSync('perl', ['-e', call], { encoding: 'utf8' });
    if (error) throw error;
    const code = stdout === 'done' ? stdout : names[Number(stdout)];
    say(REFUSALS.includes(code) ? `stopped ${code}` : `breached ${label}: ${code}`);
  }
};
