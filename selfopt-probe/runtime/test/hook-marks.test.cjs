'use strict';
// What the hook says of each process: that it was there, and which instrumented files were loaded.
const test = require('node:test');
const assert = require('node:assert');
const fs = require('fs');
const path = require('path');
const { form, project } = require('../testing/project.cjs');

const FILES = {
  'lib.js': `${form.function(0, 'f', '$p0', '(x){ return x; }')}
module.exports = { f };
${form.loaded('src/lib.js')}`,
  'load.js': 'require("./lib.js"); delete require.cache[require.resolve("./lib.js")]; require("./lib.js");',
  'other.js': 'process.stdout.write("other");',
  'thread.js': 'const { Worker } = require("worker_threads"); new Worker(__dirname + "/load.js");',
  'frozen.js': 'Object.freeze(process[Symbol.for("selfopt.probe")]); require("./load.js");',
};

function marks(at) {
  const file = path.join(at.directory, 'probe.json.marks');
  return fs.existsSync(file) ? fs.readFileSync(file, 'utf8').split('\n').slice(0, -1) : null;
}

function setUp(t) {
  return project(t, FILES, { mode: 'record', functions: [{ id: 0, name: 'f' }] });
}

test('each process says that it has the hook, and once which files it loaded', (t) => {
  const at = setUp(t);
  assert.strictEqual(at.node(['other.js']).stdout, 'other');
  assert.deepStrictEqual(marks(at), ['']);
  assert.strictEqual(at.node(['load.js']).code, 0);
  assert.deepStrictEqual(marks(at), ['', '', 'src/lib.js']);
  assert.deepStrictEqual(at.outputs(), [], 'nothing was called');
});

test('a package manager that starts the tests is none of them', (t) => {
  const at = setUp(t);
  for (const name of ['npm', 'npm-cli.js', 'yarn-4.1.0.cjs', 'pnpm.cjs']) {
    fs.writeFileSync(path.join(at.directory, name), '');
    assert.strictEqual(at.node([name]).code, 0);
  }
  assert.strictEqual(marks(at), null);
  fs.writeFileSync(path.join(at.directory, 'npm-runner.test.js'), '');
  assert.strictEqual(at.node(['npm-runner.test.js']).code, 0);
  fs.writeFileSync(path.join(at.directory, 'my-yarn.js'), '');
  assert.strictEqual(at.node(['my-yarn.js']).code, 0);
  assert.deepStrictEqual(marks(at), ['', '']);
});

test('threads are told apart, and a frozen hook still says it', (t) => {
  const at = setUp(t);
  assert.strictEqual(at.node(['thread.js']).code, 0);
  assert.deepStrictEqual(marks(at), ['', '', 'src/lib.js']);
  assert.strictEqual(at.node(['frozen.js']).code, 0);
  assert.deepStrictEqual(marks(at).slice(3), ['', 'src/lib.js']);
});

test('a process without the hook leaves no mark and runs as it is', (t) => {
  const at = setUp(t);
  assert.strictEqual(at.node(['load.js'], { NODE_OPTIONS: undefined }).code, 0);
  assert.strictEqual(at.node(['load.js'], { SELFOPT_PROBE: undefined }).code, 0);
  assert.strictEqual(marks(at), null);
});

test('where no mark can be written the project sees nothing of it', (t) => {
  const at = setUp(t);
  fs.mkdirSync(path.join(at.directory, 'probe.json.marks'));
  const run = at.node(['load.js']);
  assert.deepStrictEqual([run.code, run.stderr], [0, '']);
});
