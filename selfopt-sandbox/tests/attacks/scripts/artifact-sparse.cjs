// attack: an artifact of a gigabyte that takes no room
'use strict';
const fs = require('fs');
const { tried } = require('./kit.cjs');

tried('a sparse file below the limit on files');
fs.mkdirSync('out');
fs.closeSync(fs.openSync('out/big.json', 'w'));
fs.truncateSync('out/big.json', 512 * 1024 * 1024);
