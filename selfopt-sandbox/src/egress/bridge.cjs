'use strict';

// The inside end of the way out of a sandbox: runs the install command while
// it passes connections from a loopback port to the one socket that leads to
// the proxy, or, where a file lies in its place, to the address in it, with the
// word in it said first. It decides nothing: whoever goes there directly is
// judged by the same proxy.
//
// Invariants: the port listens before the command starts; the command's status,
// or the signal that ended it, becomes this process's own; this process ends
// with the command, whatever the command left behind.

const { spawn } = require('child_process');
const fs = require('fs');
const net = require('net');
const os = require('os');

/** Connections that wait to be accepted. */
const BACKLOG = 511;

const [socket, port, command] = process.argv.slice(2);

/** The address of a proxy elsewhere: `{ host, port, token }`. */
const door = fs.statSync(socket).isFile() ? JSON.parse(fs.readFileSync(socket, 'utf8')) : null;

/**
 * A connection to the proxy.
 * @returns {net.Socket}
 */
function connect() {
  if (door === null) {
    return net.connect({ path: socket, allowHalfOpen: true });
  }
  const to = net.connect({ host: door.host, port: door.port, allowHalfOpen: true });
  to.write(`${door.token}\n`);
  return to;
}

/**
 * Joins two connections; each end of one ends the other.
 * @param {net.Socket} from the client's
 */
function join(from) {
  const to = connect();
  for (const [one, other] of [[from, to], [to, from]]) {
    one.on('error', () => other.destroy());
    one.on('close', () => other.destroySoon());
    one.pipe(other);
  }
}

/** Ends this process as the command ended. */
function endAs(code, signal) {
  if (signal === null) {
    process.exit(code);
  }
  process.removeAllListeners(signal);
  // Where the signal does not end it: the status that a shell would give.
  process.exitCode = 128 + (os.constants.signals[signal] || 0);
  process.kill(process.pid, signal);
  setImmediate(() => process.exit());
}

function run() {
  const child = spawn('/bin/sh', ['-c', command], { stdio: 'inherit' });
  for (const signal of ['SIGHUP', 'SIGINT', 'SIGTERM', 'SIGUSR2']) {
    process.on(signal, () => child.kill(signal));
  }
  child.on('error', (error) => fail('the command could not be started', error));
  child.on('exit', endAs);
}

function fail(what, error) {
  process.stderr.write(`selfopt: ${what}: ${error.code || error.message}\n`);
  process.exit(126);
}

const server = net.createServer({ allowHalfOpen: true }, join);
server.on('error', (error) => fail('the way to the proxy could not be opened', error));
server.listen({ host: '127.0.0.1', port: Number(port), backlog: BACKLOG }, run);
