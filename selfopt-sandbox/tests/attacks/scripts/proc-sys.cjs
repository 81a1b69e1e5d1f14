// attack: settings of the kernel, by asking only whether they could be written
'use strict';
const fs = require('fs');
const { must } = require('./kit.cjs');

const paths = ['/proc/sys/kernel/core_pattern', '/proc/sys/kernel/modprobe', '/proc/sys/kernel/hotplug', '/proc/sys/vm/overcommit_memory', '/proc/sys/vm/drop_caches', '/proc/sys/net/ipv4/ip_forward', '/proc/sys/fs/binfmt_misc/register', '/proc/sysrq-trigger', '/proc/irq/default_smp_affinity', '/sys/kernel/uevent_helper', '/sys/power/state'];
for (const path of paths) must(path, () => { fs.accessSync(path, fs.constants.W_OK); return 'writable'; });
