// attack: carry data out in names that are looked up
'use strict';
const dns = require('dns');
const dgram = require('dgram');
const { mustReject } = require('./kit.cjs');

const lookup = (name) => () => dns.promises.lookup(name);
const ask = (server) => () => {
  const resolver = new dns.promises.Resolver({ timeout: 300, tries: 1 });
  resolver.setServers([server]);
  return resolver.resolve4('canary.example');
};
const send = (port) => () => new Promise((resolve, reject) => {
  const socket = dgram.createSocket('udp4');
  socket.once('error', reject);
  socket.connect(port, '127.0.0.1', () => socket.send('canary', (error) => (error ? reject(error) : socket.send('canary', (again) => (again ? reject(again) : reject(Object.assign(new Error('unheard'), { code: 'unheard on loopback' })))))));
});
(async () => {
  await mustReject('a name through the system', lookup('canary.example'));
  await mustReject('a name server on the host', ask(`127.0.0.1:${process.env.TARGET_UDP}`));
  await mustReject('a datagram to the host', send(Number(process.env.TARGET_UDP)));
  process.exit(0);
})();
