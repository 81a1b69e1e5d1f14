'use strict';
// A small project in a temporary directory whose sources look as the instrumentation writes them, and
// a way to run a command in it with the hook preloaded.
const fs = require('fs');
const os = require('os');
const path = require('path');
const { spawnSync } = require('child_process');

const RUNTIME = path.join(__dirname, '..');
const HOOK = '(typeof process==="object"&&process[Symbol.for("selfopt.probe")]||typeof globalThis==="object"&&globalThis[Symbol.for("selfopt.probe")])';

/** What stands behind the first version of a function, up to the closing brace of the outer one. */
function tail(id, { other, method = 'call', last = ',new.target', give = '' }) {
  const versions = other === undefined ? '$b' : '$b,$c';
  const candidate = other === undefined ? '' : `const $c=${other};`;
  const name = other === undefined ? method : 'pair';
  const newTarget = name === 'generator' ? '' : last;
  return `;${candidate}const $h=${HOOK};return ${give}($h?$h.${name}(${id},this,arguments,${versions}${newTarget}):$b.apply(this,arguments));}`;
}

/**
 * Instrumented forms. Each takes the parameters and body of the base, and the whole text of the
 * candidate's function where both are to run in place.
 */
const form = {
  function: (id, name, head, base, other) => `function ${name}(${head}){const $b=function ${name}${base}${tail(id, { other })}`,
  constructible: (id, name, head, base) => `function ${name}(${head}){const $b=function${base}${tail(id, {})}`,
  method: (id, name, head, base, other) => `${name}(${head}){const $b=function${base}${tail(id, { other, last: ',void 0' })}`,
  superMethod: (id, name, head, [parameters, body], other) => `${name}(${head}){const $b=${parameters}=>${body}${tail(id, { other, last: ',void 0' })}`,
  async: (id, name, head, base, other) => `async function ${name}(${head}){const $b=async function ${name}${base}${tail(id, { other, last: ',void 0', give: 'await ' })}`,
  generator: (id, name, head, base, other) => `function* ${name}(${head}){const $b=function* ${name}${base}${tail(id, { other, last: ',void 0', method: 'generator', give: 'yield* ' })}`,
  asyncGenerator: (id, name, head, base, other) => `async function* ${name}(${head}){const $b=async function* ${name}${base}${tail(id, { other, last: ',void 0', method: 'generator', give: 'yield* ' })}`,
  arrow: (id, name, base, other) => (other === undefined
    ? `(($f)=>{const $h=${HOOK};return $h?$h.wrap(${id},$f,"${name}"):$f})({["${name}"]:${base}}["${name}"])`
    : `(($f,$g)=>{const $h=${HOOK};return $h?$h.wrap(${id},$f,"${name}",$g):$f})({["${name}"]:${base}}["${name}"],{["${name}"]:${other}}["${name}"])`),
  classes: (file, classes, hidden) => `;(function(h){h&&h.classes("${file}",{${classes.map((name) => `${name}:${name}`).join(',')}},${JSON.stringify(hidden || [])});})(${HOOK});`,
  functions: (file, named) => `;(function(h){h&&h.classes("${file}",{},[],{${Object.keys(named).map((name) => `"${name}":${named[name]}`).join(',')}});})(${HOOK});`,
  loaded: (file) => `;(function($h){if($h&&$h.loaded)$h.loaded("${file}");})(${HOOK});`,
  hit: (n) => `${HOOK}&&${HOOK}.hit(${n})`,
};

/**
 * @param {object} t the test's context
 * @param {{[file: string]: string}} files
 * @param {object} probe what probe.json says beside `out`
 */
function project(t, files, probe) {
  const directory = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'hook-')));
  t.after(() => fs.rmSync(directory, { recursive: true, force: true }));
  const out = path.join(directory, 'out');
  fs.mkdirSync(out);
  const probeFile = path.join(directory, 'probe.json');
  const write = (more) => fs.writeFileSync(probeFile, JSON.stringify({ out, seed: 1, ...probe, ...more }));
  write({});
  for (const [name, text] of Object.entries(files)) {
    fs.mkdirSync(path.dirname(path.join(directory, name)), { recursive: true });
    fs.writeFileSync(path.join(directory, name), text);
  }
  function hooked(command, args, env) {
    const environment = {
      ...process.env, NODE_OPTIONS: `--require "${path.join(RUNTIME, 'hook.cjs')}"`, SELFOPT_PROBE: probeFile, ...env,
    };
    // A test runner's child believes that it is one of this runner's files.
    delete environment.NODE_TEST_CONTEXT;
    for (const [name, value] of Object.entries(environment)) if (value === undefined) delete environment[name];
    const run = spawnSync(command, args, { cwd: directory, env: environment, encoding: 'utf8' });
    return { code: run.status, signal: run.signal, stdout: run.stdout, stderr: run.stderr };
  }
  return {
    directory,
    out,
    write,
    /** Runs Node with these arguments; `env` may take variables away with `undefined`. */
    node: (args, env) => hooked(process.execPath, args, env),
    /** Runs a command of the shell. */
    shell: (command) => hooked('/bin/sh', ['-c', command], {}),
    outputs: () => fs.readdirSync(out).sort(),
    collect(workload) {
      const request = path.join(directory, 'request.json');
      const result = path.join(directory, 'result.json');
      fs.rmSync(result, { force: true });
      fs.writeFileSync(request, JSON.stringify({
        result, probe: probeFile, workload: workload || 'tests', into: path.join(directory, 'kept'),
      }));
      const run = spawnSync(process.execPath, [path.join(RUNTIME, 'collect.cjs'), request], { encoding: 'utf8' });
      if (run.status !== 0) return { code: run.status, stderr: run.stderr, present: fs.existsSync(result) };
      return JSON.parse(fs.readFileSync(result, 'utf8'));
    },
  };
}

module.exports = { HOOK, form, project };
