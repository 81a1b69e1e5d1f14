// attack: open files until the machine has no descriptors left
'use strict';
const fs = require('fs');
const { must } = require('./kit.cjs');

must('ten thousand open files', () => {
  for (let n = 0; n < 10_000; n += 1) fs.openSync('/dev/null', 'r');
  return 'all of them';
});
