'use strict';
/**
 * collect.cjs: adds up what the processes of a run have written.
 *
 *   node collect.cjs REQUEST.json
 *   {"result": FILE, "probe": FILE, "workload": NAME, "into": DIR?}
 *
 * `probe` is the probe.json that the run had: mode, `out`, seed, functions and
 * limits are taken from it. `workload` (letters, digits, `.`, `_`, `-`) names
 * the files `<into>/<workload>-<function>.calls`; `into` is the folder `calls`
 * beside this file when it is not given. The result is one JSON object with
 * `mode` and, by mode, what collect-record.cjs, collect-pair.cjs or
 * collect-reach.cjs describe.
 *
 * Invariants: the same content in `out` gives the same result, byte for byte,
 * whatever the numbers of the processes were; `result` is there when and only
 * when all went well (exit 0; else exit 1 and one line on stderr).
 */
const fs = require('fs');
const path = require('path');
const { isText, script } = require('./script.cjs');

const MODES = {
  record: './collect-record.cjs',
  pair: './collect-pair.cjs',
  reach: './collect-reach.cjs',
};

/** The files of `out` with that extension, in the order of their names. */
function filesOf(directory, extension) {
  let names;
  try {
    names = fs.readdirSync(directory);
  } catch (error) {
    if (error.code === 'ENOENT') return [];
    throw error;
  }
  return names
    .filter((name) => /^\d+-\d+(\.\d+)?\.[a-z]+$/.test(name) && name.endsWith(`.${extension}`))
    .sort()
    .map((name) => path.join(directory, name));
}

/**
 * @param {{result: string, probe: string, workload?: string, into?: string}} request
 * @returns {object} what is written to `result`
 */
function collect(request) {
  const probe = JSON.parse(fs.readFileSync(request.probe, 'utf8'));
  if (!Object.prototype.hasOwnProperty.call(MODES, probe.mode)) {
    throw new Error(`${request.probe}: nothing is collected in mode "${probe.mode}"`);
  }
  // As the hook understands it.
  if (typeof probe.out === 'string') probe.out = path.resolve(path.dirname(request.probe), probe.out);
  const merge = require(MODES[probe.mode]);
  const sum = merge.collect({
    probe,
    files: (extension) => filesOf(probe.out, extension),
    place(id) {
      const { workload } = request;
      if (typeof workload !== 'string' || !/^[A-Za-z0-9._-]{1,64}$/.test(workload)) {
        throw new Error(`request: "workload" must be a short name, not ${JSON.stringify(workload)}`);
      }
      const into = request.into || path.join(__dirname, 'calls');
      fs.mkdirSync(into, { recursive: true });
      return path.join(into, `${workload}-${id}.calls`);
    },
  });
  return Object.assign({ mode: probe.mode }, sum);
}

if (require.main === module) {
  script('collect', [['result', isText, 'a path'], ['probe', isText, 'a path']], async (request) => collect(request));
}

module.exports = { collect };
