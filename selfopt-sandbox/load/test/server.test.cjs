'use strict';

const assert = require('node:assert');
const fs = require('node:fs');
const net = require('node:net');
const os = require('node:os');
const path = require('node:path');
const test = require('node:test');

const { answers } = require('../answers.cjs');
const server = require('../server.cjs');
const usage = require('../usage.cjs');

const SERVER = `
const http = require('http');
http.createServer((request, response) => {
  const chunks = [];
  request.on('data', (chunk) => chunks.push(chunk));
  request.on('end', () => {
    if (request.url === '/slow') for (const end = process.cpuUsage().user + 200000; process.cpuUsage().user < end; );
    response.statusCode = request.url === '/none' ? 404 : 200;
    response.setHeader('content-type', 'text/plain');
    response.end(request.method + ' ' + request.headers.x + ' ' + Buffer.concat(chunks));
  });
}).listen(process.env.PORT, () => console.log('listening'));
`;

/** A folder with a script, removed after the test. */
function script(t, text) {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'load-test-'));
  t.after(() => fs.rmSync(folder, { recursive: true, force: true }));
  const file = path.join(folder, 'server.js');
  fs.writeFileSync(file, text);
  return file;
}

/** A started server and its line; both gone after the test. */
async function started(t, start, more) {
  const spec = { start, port: 0, ready: '/', ready_seconds: 20, ...more };
  spec.port = await server.claimPort(spec.port);
  const line = await usage.open();
  const running = server.start(spec, line.socket);
  t.after(async () => {
    await server.stop(running, line);
    line.close();
  });
  return { spec, line, running };
}

test('a server is awaited, asked, measured and stopped with its whole group', async (t) => {
  const file = script(t, SERVER);
  const wrapped = `"${process.execPath}" -e "require('child_process').spawn(process.execPath, ['${file}'], { stdio: 'inherit' })"`;
  const { spec, line, running } = await started(t, wrapped);
  const place = { host: await server.ready(running, spec), port: spec.port };
  const seen = await answers(place, [
    { method: 'POST', path: '/', headers: { x: '1' }, body: 'hello' },
    { method: 'GET', path: '/none', headers: {} },
  ]);
  assert.deepStrictEqual(
    seen.map(({ status, type, text }) => [status, type, text]),
    [
      [200, 'text/plain', 'POST 1 hello'],
      [404, 'text/plain', 'GET undefined '],
    ],
  );
  assert.match(seen[0].body, /^[0-9a-f]{64}$/);
  const first = await line.read();
  assert.strictEqual(first.processes, 2, 'the wrapper and the server');
  assert.ok(first.maxRssBytes > 1024 * 1024);
  await answers(place, [{ method: 'GET', path: '/slow', headers: {} }]);
  const last = await line.read();
  assert.ok(last.since(first) >= 200000, `${last.since(first)} us`);
  await server.stop(running, line);
  assert.match(await running.end, /^exit code 0$/);
  await assert.rejects(() => answers(place, [{ method: 'GET', path: '/', headers: {} }]), /ECONNREFUSED/);
});

test('a process that ends between two readings is an error', async (t) => {
  const { spec, line, running } = await started(t, `"${process.execPath}" "${script(t, SERVER)}"`);
  await server.ready(running, spec);
  const first = await line.read();
  await server.stop(running, line);
  const last = await line.read();
  assert.strictEqual(last.processes, 0);
  assert.throws(() => last.since(first), /ended while it was measured/);
});

test('a server that ends says so with its last words', async (t) => {
  const { spec, running } = await started(t, 'echo no database >&2; exit 3');
  await assert.rejects(() => server.ready(running, spec), (error) => {
    assert.ok(error instanceof server.LoadError);
    assert.match(error.message, /^the server ended with exit code 3 before it answered on port \d+; it printed:\nno database$/);
    return true;
  });
});

test('a server that never answers is given up', async (t) => {
  const text = 'setInterval(() => {}, 1000); console.log("waiting for nothing")';
  const { spec, running } = await started(t, `"${process.execPath}" -e '${text}'`, { ready_seconds: 1 });
  await assert.rejects(() => server.ready(running, spec), /did not answer `\/` on port \d+ within 1 s: nothing listens/);
});

test('a server that answers with errors only is not ready', async (t) => {
  const text = SERVER.replace("request.url === '/none' ? 404 : 200", '503');
  const { spec, running } = await started(t, `"${process.execPath}" "${script(t, text)}"`, { ready_seconds: 1 });
  await assert.rejects(() => server.ready(running, spec), /it answers with status 503/);
});

test('a port that is taken is refused before anything is started', async (t) => {
  const other = net.createServer();
  await new Promise((resolve) => other.listen(0, '127.0.0.1', resolve));
  t.after(() => other.close());
  const { port } = other.address();
  await assert.rejects(() => server.claimPort(port), new RegExp(`port ${port} is taken`));
});

test('a server that ignores SIGTERM is killed', async (t) => {
  const text = `${SERVER}\nprocess.on('SIGTERM', () => {});`;
  const { spec, line, running } = await started(t, `exec "${process.execPath}" "${script(t, text)}"`);
  await server.ready(running, spec);
  await server.stop(running, line);
  assert.strictEqual(await running.end, 'signal SIGKILL');
});

test('what a server does at its end it does', async (t) => {
  const text = `${SERVER}\nprocess.on('exit', () => require('fs').writeFileSync(__filename + '.end', 'x'));`;
  for (const more of ['', "process.on('SIGTERM', () => process.exit(3));"]) {
    const file = script(t, `${text}\n${more}`);
    const { spec, line, running } = await started(t, `exec "${process.execPath}" "${file}"`);
    await server.ready(running, spec);
    await server.stop(running, line);
    assert.strictEqual(await running.end, more ? 'exit code 3' : 'exit code 0');
    assert.ok(fs.existsSync(`${file}.end`));
  }
});
