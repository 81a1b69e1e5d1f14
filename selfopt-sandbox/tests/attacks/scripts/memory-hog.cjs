// attack: one process that takes all memory
// memory: 256
// wall: 20
// ends: out-of-memory
'use strict';
const { tried, breached } = require('./kit.cjs');

tried('a gigabyte');
const kept = [];
for (let mib = 0; mib < 1024; mib += 16) kept.push(Buffer.alloc(16 * 1024 * 1024, 1));
// The watch looks ten times a second where no group holds.
for (const end = Date.now() + 5000; Date.now() < end;) kept[0].fill(2);
breached(`${kept.length * 16} MiB`);
