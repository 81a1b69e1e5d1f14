'use strict';

/*
 * What the server answers to each request of the list, one after the other: status, type and the
 * digest of the body. Asked before and after the load, so that what a version remembers between
 * requests shows.
 */

const crypto = require('crypto');
const http = require('http');

const LONGEST_MS = 30000;
const LARGEST_BODY = 32 * 1024 * 1024;
const MOST_TYPE_CHARS = 100;

/**
 * @param {object} place `{host, port}`
 * @param {object[]} requests `{method, path, headers, body}`
 * @returns {Promise<object[]>} `{status, type, body, text}`; `text` is the body where it is plain ASCII
 */
async function answers(place, requests) {
  const all = [];
  for (const request of requests) all.push(await answer(place, request));
  return all;
}

function answer({ host, port }, { method, path, headers, body }) {
  const name = `${method} ${path}`;
  return new Promise((resolve, reject) => {
    const fail = (why) => reject(new Error(`\`${name}\` was not answered: ${why}`));
    const options = { host, port, method, path, headers, agent: false, timeout: LONGEST_MS };
    const request = http.request(options, (response) => {
      const chunks = [];
      let size = 0;
      response.on('data', (chunk) => {
        size += chunk.length;
        chunks.push(chunk);
        if (size > LARGEST_BODY) request.destroy(new Error('its body is larger than 32 MiB'));
      });
      response.on('error', (error) => fail(error.message));
      response.on('aborted', () => fail('the connection was closed'));
      response.on('end', () => resolve(seen(response, Buffer.concat(chunks))));
    });
    request.on('timeout', () => request.destroy(new Error(`nothing came for ${LONGEST_MS / 1000} s`)));
    request.on('error', (error) => fail(error.message));
    request.end(body);
  });
}

function seen(response, body) {
  const isAscii = body.every((byte) => byte < 0x80);
  return {
    status: response.statusCode,
    type: String(response.headers['content-type'] || '').slice(0, MOST_TYPE_CHARS),
    body: crypto.createHash('sha256').update(body).digest('hex'),
    text: isAscii ? body.toString('latin1') : null,
  };
}

module.exports = { answers };
