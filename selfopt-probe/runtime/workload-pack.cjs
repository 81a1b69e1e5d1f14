'use strict';
/**
 * workload-pack.cjs: puts what was recorded of several functions into one file
 * that a user can keep.
 *
 *   node workload-pack.cjs REQUEST.json
 *   {"result": FILE, "functions": [{"name": "src/a.js:f", "calls": FILE}], "into": FILE}
 *   → {"calls": n}
 */
const { readCalls } = require('./calls.cjs');
const { writeWorkload } = require('./workload-file.cjs');
const { isText, script } = require('./script.cjs');

/**
 * @param {{functions: {name: string, calls: string}[], into: string}} request
 * @returns {Promise<{calls: number}>}
 */
async function pack({ functions, into }) {
  const read = functions.map(({ name, calls }) => ({ name, calls: readCalls(calls) }));
  writeWorkload(into, read);
  return { calls: read.reduce((sum, { calls }) => sum + calls.length, 0) };
}

const isFunctions = (value) => Array.isArray(value)
  && value.every((one) => one !== null && typeof one === 'object' && isText(one.name) && isText(one.calls));

if (require.main === module) {
  script('workload-pack', [
    ['result', isText, 'a path'],
    ['functions', isFunctions, 'a list of {"name", "calls"}'],
    ['into', isText, 'a path'],
  ], pack);
}

module.exports = { pack };
