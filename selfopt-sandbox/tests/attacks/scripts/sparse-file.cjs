// attack: a file of a hundred gigabytes without content
'use strict';
const fs = require('fs');
const { must } = require('./kit.cjs');

must('a hundred gigabytes by length', () => {
  fs.closeSync(fs.openSync('sparse', 'w'));
  fs.truncateSync('sparse', 100 * 1024 ** 3);
  return 'made';
});
must('one byte at that place', () => {
  const fd = fs.openSync('far', 'w');
  return fs.writeSync(fd, Buffer.from('x'), 0, 1, 100 * 1024 ** 3);
});
