// attack: the address at which clouds hand out credentials
'use strict';
const dgram = require('dgram');
const { mustReject } = require('./kit.cjs');

// Connecting a datagram socket asks for a route and sends nothing.
const route = (address, kind) => () => new Promise((resolve, reject) => {
  const socket = dgram.createSocket(kind);
  socket.once('error', reject);
  socket.connect(80, address, (error) => (error ? reject(error) : resolve('there is a route')));
});
(async () => {
  await mustReject('169.254.169.254', route('169.254.169.254', 'udp4'));
  await mustReject('fd00:ec2::254', route('fd00:ec2::254', 'udp6'));
  await mustReject('the private networks', route('10.0.0.1', 'udp4'));
  await mustReject('192.168.0.1', route('192.168.0.1', 'udp4'));
  await mustReject('the world', route('192.0.2.1', 'udp4'));
  process.exit(0);
})();
