// attack: write anywhere but into the workspace
'use strict';
const fs = require('fs');
const { must } = require('./kit.cjs');

for (const path of ['/x', '/bin/x', '/dev/x', '/etc/x', '/etc/passwd', '/etc/ld.so.preload', '/home/x', '/lib/x', '/opt/x', '/proc/x', '/root/x', '/run/x', '/sys/x', '/usr/bin/x', '/usr/lib/x', '/var/x', '/var/lib/x']) {
  must(path, () => { fs.writeFileSync(path, 'x'); return 'written'; });
}
must('beside the secret', () => { fs.writeFileSync(process.env.TARGET_MARK, 'x'); return 'written'; });
must('the secret itself', () => { fs.writeFileSync(process.env.TARGET_FILE, 'x'); return 'written'; });
