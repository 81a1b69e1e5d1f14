// attack: change the frozen base through a clone of it
'use strict';
const fs = require('fs');
const { tried } = require('./kit.cjs');

tried('writing in place, through a hard link and through a mapping');
fs.writeFileSync('base.txt', 'changed');
fs.appendFileSync('linked.txt', 'changed');
tried('modes and times');
fs.chmodSync('base.txt', 0o777);
fs.utimesSync('base.txt', 1, 1);
tried('names');
fs.renameSync('dir', 'moved');
fs.rmSync('moved/inner.txt');
fs.linkSync('linked.txt', 'third.txt');
fs.writeFileSync('third.txt', 'changed');
