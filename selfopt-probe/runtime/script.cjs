'use strict';
/**
 * script.cjs: the frame of a script that a session starts with one argument, the
 * file of its request.
 *
 * Invariants: the result file has all of the result or is not there; a script
 * that failed ends with exit code 1 and one line on stderr.
 */
const fs = require('fs');

/** Writes the text so that the file has all of it or is as it was. */
function writeWhole(file, text) {
  const temporary = `${file}.tmp-${process.pid}`;
  try {
    fs.writeFileSync(temporary, text);
    fs.renameSync(temporary, file);
  } catch (error) {
    fs.rmSync(temporary, { force: true });
    throw error;
  }
}

/**
 * A value as JSON that strict readers take: halves of surrogate pairs, which texts of a project may
 * hold, become the replacement character.
 * @param {*} value
 * @returns {string}
 */
function jsonText(value) {
  return JSON.stringify(value).replace(/\\\\|\\ud[89a-f][0-9a-f]{2}/g, (part) => (part === '\\\\' ? part : '\ufffd'));
}

/** The request in the file, checked field by field. */
function readRequest(file, check) {
  if (!file) throw new Error('the argument with the path of the request is missing');
  const request = JSON.parse(fs.readFileSync(file, 'utf8'));
  for (const [name, isRight, expected] of check) {
    if (!isRight(request[name])) {
      throw new Error(`${file}: "${name}" must be ${expected}, not ${JSON.stringify(request[name])}`);
    }
  }
  return request;
}

/**
 * Runs a script: request in, result out.
 * @param {string} name for the message of a failure
 * @param {[string, (value: *) => boolean, string][]} check fields: name, test, what is expected
 * @param {(request: object) => Promise<object>} run
 */
async function script(name, check, run) {
  try {
    const request = readRequest(process.argv[2], check);
    writeWhole(request.result, `${jsonText(await run(request))}\n`);
  } catch (error) {
    process.stderr.write(`${name}: ${String(error && error.message).split('\n')[0]}\n`);
    process.exitCode = 1;
  }
}

const isText = (value) => typeof value === 'string' && value !== '';
const isCount = (value) => Number.isSafeInteger(value) && value >= 0;
const isAmount = (value) => typeof value === 'number' && value > 0 && value < Infinity;

module.exports = { isAmount, isCount, isText, jsonText, readRequest, script, writeWhole };
