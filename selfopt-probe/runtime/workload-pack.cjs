'use strict';
/**
 * workload-pack.cjs: puts what was recorded of several functions into one file
 * that a user can keep.
 *
 *   node workload-pack.cjs REQUEST.json
 *   {"result": FILE, "collected": FILE, "into": FILE}
 *   → {"calls": n}
 *
 * `collected` is the result of collect.cjs in mode `record`. Functions of which
 * no call was kept are left out; without any call nothing is written.
 */
const fs = require('fs');
const { readCalls } = require('./calls.cjs');
const { writeWorkload } = require('./workload-file.cjs');
const { isText, script } = require('./script.cjs');

/**
 * @param {{collected: string, into: string}} request
 * @returns {Promise<{calls: number}>}
 */
async function pack({ collected, into }) {
  const { functions } = JSON.parse(fs.readFileSync(collected, 'utf8'));
  const read = functions.filter(({ file }) => file !== null).map(({ name, file }) => ({ name, calls: readCalls(file) }));
  const calls = read.reduce((sum, one) => sum + one.calls.length, 0);
  if (calls > 0) writeWorkload(into, read);
  return { calls };
}

if (require.main === module) {
  script('workload-pack', [
    ['result', isText, 'a path'],
    ['collected', isText, 'a path'],
    ['into', isText, 'a path'],
  ], pack);
}

module.exports = { pack };
