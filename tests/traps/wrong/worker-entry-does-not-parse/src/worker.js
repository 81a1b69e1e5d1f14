'use strict';

const { parentPort } = require('node:worker_threads');
const { fit, sizes } = require('./resize.js');

const LIMITS = [320, 640, 1280];

function handle(message) {
  const { fit: one, sizes: many } = { fit, sizes };
  switch (message.type) {
    case 'fit':
      return one(message.width, message.height, message.limit);
    case 'resize':
      return many(message.width, message.height, LIMITS);
    default:
      throw new TypeError(`unknown message: ${message.type}`);
  }
}

if (parentPort) parentPort.on('message', (message) => parentPort.postMessage(handle(message)));

module.exports = { handle };
