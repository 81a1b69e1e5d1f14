'use strict';

/*
 * The server under load: started in a process group of its own, awaited, stopped.
 *
 * Invariants:
 *  - Nothing waits for a fixed time: a server is ready when it answers, and gone when its group is.
 *  - Of its output the end is kept, for the message when it fails.
 */

const { spawn } = require('child_process');
const http = require('http');
const net = require('net');
const path = require('path');

const KEPT_CHARS = 8000;
const SHOWN_LINES = 20;
const FIRST_RETRY_MS = 2;
const LONGEST_RETRY_MS = 50;
/** How long processes have that were asked to end, before they are told to. */
const ASKED_MS = 1000;
const TERM_MS = 5000;
/** What is still there then is dead, and nobody asks how it died. */
const GIVE_UP_MS = 7000;
const HOSTS = ['127.0.0.1', '::1'];

/** What the user can do something about: shown without a stack. */
class LoadError extends Error {}

/**
 * Starts the server.
 * @param {{start: string, port: number}} spec
 * @param {string} socketPath where its processes report
 */
function start(spec, socketPath) {
  const env = { ...process.env, PORT: String(spec.port), SELFOPT_LOAD_SOCKET: socketPath };
  delete env.SELFOPT_LOAD;
  const preload = path.join(__dirname, 'preload.cjs').replace(/["\\]/g, '\\$&');
  env.NODE_OPTIONS = `${env.NODE_OPTIONS || ''} --require "${preload}"`.trim();
  const child = spawn('/bin/sh', ['-c', spec.start], {
    detached: true,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  const keep = (chunk) => {
    output = (output + chunk.toString('utf8')).slice(-KEPT_CHARS);
  };
  child.stdout.on('data', keep);
  child.stderr.on('data', keep);
  let ended = null;
  const end = new Promise((resolve) => {
    child.on('error', (error) => resolve((ended = error.message)));
    // The streams are closed then too, so the last words are there.
    child.on('close', (code, signal) => {
      resolve((ended = signal ? `signal ${signal}` : `exit code ${code}`));
    });
  });
  const server = { pid: child.pid, end, ended: () => ended, fail };
  /** An error that shows what the server said last. */
  function fail(message) {
    const lines = output.split('\n').filter((line) => line.trim() !== '').slice(-SHOWN_LINES);
    const said = lines.length === 0 ? 'it printed nothing' : `it printed:\n${lines.join('\n')}`;
    return new LoadError(`${message}; ${said}`);
  }
  return server;
}

/** A free port, or an error when the one that is asked for is taken. */
async function claimPort(wanted) {
  if (wanted !== 0) {
    for (const host of HOSTS) {
      if (await answers(host, wanted)) {
        throw new LoadError(
          `port ${wanted} is taken by another program; leave \`http.port\` out and let the server listen on \`$PORT\``,
        );
      }
    }
    return wanted;
  }
  return new Promise((resolve, reject) => {
    const probe = net.createServer();
    probe.once('error', reject);
    probe.listen(0, HOSTS[0], () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });
}

function answers(host, port) {
  return new Promise((resolve) => {
    const socket = net.connect({ host, port });
    const done = (is) => {
      socket.destroy();
      resolve(is);
    };
    socket.once('connect', () => done(true));
    socket.once('error', () => done(false));
  });
}

/**
 * Waits until the server answers.
 * @returns {Promise<string>} the host on which it does
 */
async function ready(server, spec) {
  const deadline = Date.now() + spec.ready_seconds * 1000;
  let pause = FIRST_RETRY_MS;
  let last = 'nothing listens';
  for (;;) {
    for (const host of HOSTS) {
      const status = await statusOf(host, spec.port, spec.ready, deadline);
      if (server.ended() !== null) break;
      if (typeof status === 'number' && status < 500) return host;
      if (typeof status === 'number') last = `it answers with status ${status}`;
    }
    if (server.ended() !== null) {
      throw server.fail(`the server ended with ${server.ended()} before it answered on port ${spec.port}`);
    }
    if (Date.now() >= deadline) {
      throw server.fail(
        `the server did not answer \`${spec.ready}\` on port ${spec.port} within ${spec.ready_seconds} s: ${last}`,
      );
    }
    await Promise.race([server.end, new Promise((resolve) => setTimeout(resolve, pause))]);
    pause = Math.min(pause * 2, LONGEST_RETRY_MS);
  }
}

function statusOf(host, port, at, deadline) {
  return new Promise((resolve) => {
    const timeout = Math.max(1, deadline - Date.now());
    const request = http.get({ host, port, path: at, agent: false, timeout }, (response) => {
      response.resume();
      response.on('error', () => {});
      resolve(response.statusCode);
      request.destroy();
    });
    request.on('timeout', () => request.destroy());
    request.on('error', (error) => resolve(error));
    request.on('close', () => resolve(null));
  });
}

/**
 * Stops the whole group; returns when it is gone.
 * @param {object} server
 * @param {object} line its processes, from usage.cjs
 */
async function stop(server, line) {
  if (!server.pid) return;
  const began = Date.now();
  let isTold = !line.stop();
  if (isTold) signal(server, 'SIGTERM');
  let pause = FIRST_RETRY_MS;
  while (signal(server, 0) && Date.now() - began < GIVE_UP_MS) {
    if (!isTold && Date.now() - began >= ASKED_MS) isTold = signal(server, 'SIGTERM');
    if (Date.now() - began >= TERM_MS) signal(server, 'SIGKILL');
    await new Promise((resolve) => setTimeout(resolve, pause));
    pause = Math.min(pause * 2, LONGEST_RETRY_MS);
  }
}

/** Whether there was a process to be told. */
function signal(server, name) {
  try {
    process.kill(-server.pid, name);
    return true;
  } catch (error) {
    // EPERM: on macOS of a group whose members are all dead.
    return false;
  }
}

module.exports = { start, claimPort, ready, stop, LoadError };
