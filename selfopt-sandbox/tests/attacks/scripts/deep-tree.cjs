// attack: folders nested far beyond what paths can name
'use strict';
const fs = require('fs');
const { tried } = require('./kit.cjs');

tried('a thousand folders in one another');
fs.mkdirSync('out');
process.chdir('out');
for (let n = 0; n < 1000; n += 1) {
  fs.mkdirSync('deep'.repeat(10));
  process.chdir('deep'.repeat(10));
}
