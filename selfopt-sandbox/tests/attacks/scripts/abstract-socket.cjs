// attack: connect to an abstract unix socket of the host
'use strict';
const net = require('net');
const { mustReject } = require('./kit.cjs');

const connect = (path) => () => new Promise((resolve, reject) => {
  net.connect({ path }).once('connect', () => resolve('connected')).once('error', reject);
});
mustReject('an abstract socket', connect(`\0${process.env.TARGET_ABSTRACT}`))
  .then(() => mustReject('a socket by its path', connect(process.env.TARGET_SOCKET)));
