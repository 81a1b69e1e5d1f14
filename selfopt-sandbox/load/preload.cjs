'use strict';

/*
 * What runs in every Node process of a server under load: answers how much CPU time the process
 * has used. Preloaded with NODE_OPTIONS="--require <this file>"; does nothing at all without
 * SELFOPT_LOAD_SOCKET, the path of the load driver's socket.
 *
 * `usage 7` is answered with {"ask":7,"cpuUs":n,"maxRssKiB":n}, of all threads together as the
 * kernel counts them. `stop` ends the process as SIGTERM would, but so that what is written at its
 * exit is written (a profile, for one): by the project's own handler, or else by an exit.
 *
 * Invariants:
 *  - The project may replace what it finds; what is needed later is taken now.
 *  - The socket never keeps the process alive, and no error in here reaches the project.
 */

const net = require('net');
const { isMainThread } = require('worker_threads');

const { cpuUsage, resourceUsage, exit, kill, listenerCount, pid } = process;
const { stringify } = JSON;
const { apply } = Reflect;

/** A longer line is no question. */
const MOST_CHARS = 64;

const path = process.env.SELFOPT_LOAD_SOCKET;
if (path && isMainThread) connect(path);

function connect(socketPath) {
  try {
    const socket = net.connect(socketPath);
    socket.unref();
    socket.on('error', () => {});
    let rest = '';
    socket.on('data', (chunk) => {
      const lines = (rest + chunk.toString('latin1')).split('\n');
      rest = lines.pop().slice(0, MOST_CHARS);
      for (const line of lines) answer(socket, line);
    });
  } catch (_) {
    // Then the driver says that no process reported.
  }
}

function answer(socket, line) {
  if (line === 'stop') return stop();
  const found = /^usage (\d{1,9})$/.exec(line);
  if (!found) return;
  const used = apply(cpuUsage, process, []);
  const { maxRSS } = apply(resourceUsage, process, []);
  socket.write(
    stringify({ ask: Number(found[1]), cpuUs: used.user + used.system, maxRssKiB: maxRSS }) + '\n',
  );
}

function stop() {
  if (apply(listenerCount, process, ['SIGTERM']) > 0) apply(kill, process, [pid, 'SIGTERM']);
  else apply(exit, process, [0]);
}
