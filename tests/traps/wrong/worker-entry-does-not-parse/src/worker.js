'use strict';

const { parentPort } = require('node:worker_threads');
const { fit, sizes } = require('./resize.js');

const LIMITS = [320, 640, 1280];

function handle(message) {
  switch (message.type) {
    case 'fit':
      return fit(message.width, message.height, message.limit);
    case 'resize':
      return sizes(message.width, message.height, LIMITS);
    default:
      throw new TypeError(`unknown message: ${message.type}`);
  }
}

if (parentPort) parentPort.on('message', (message) => parentPort.postMessage(handle(message)));

module.exports = { handle };
