// attack: output without an end
// ends: output-capped
'use strict';
const { writeSync } = require('fs');
const { tried } = require('./kit.cjs');

tried('a gigabyte of output');
const block = Buffer.alloc(65_536, 'flood\n');
for (let n = 0; n < 16_384; n += 1) {
  try { writeSync(n % 2 === 0 ? 1 : 2, block); } catch (error) { if (error.code !== 'EAGAIN') throw error; }
}
