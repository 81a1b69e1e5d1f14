// attack: connect to servers of the host
'use strict';
const net = require('net');
const { mustReject } = require('./kit.cjs');

const connect = (host, port) => () => new Promise((resolve, reject) => {
  const socket = net.connect({ host, port, family: host.includes(':') ? 6 : 4 });
  socket.setTimeout(5000, () => reject(Object.assign(new Error('silence'), { code: 'ETIMEDOUT' })));
  socket.once('connect', () => resolve('connected')).once('error', reject);
});
(async () => {
  const port = Number(process.env.TARGET_PORT);
  await mustReject('by 127.0.0.1', connect('127.0.0.1', port));
  await mustReject('by ::1', connect('::1', port));
  await mustReject('by 0.0.0.0', connect('0.0.0.0', port));
  await mustReject('by the address of its network card', connect(process.env.TARGET_ADDRESS, port));
  await mustReject('by the gateway of containers', connect('172.17.0.1', port));
  process.exit(0);
})();
