// attack: sockets below and beside the usual ones
'use strict';
const { systemCalls } = require('./kit.cjs');

systemCalls([
  ['raw', 'socket', 2, 3, 1],
  ['raw, version 6', 'socket', 10, 3, 58],
  ['packets', 'socket', 17, 3, 768],
  ['virtual machines', 'socket', 40, 1, 0],
  ['cryptography in the kernel', 'socket', 38, 5, 0],
  ['bluetooth', 'socket', 31, 3, 1],
  ['CAN', 'socket', 29, 3, 1],
]);
