'use strict';

function lower(name) {
  let result = '';
  for (const char of name) result += char.toLowerCase();
  return result;
}

function parseHeaders(text) {
  const headers = new Map();
  for (const line of text.split('\r\n')) {
    const at = line.indexOf(':');
    if (at <= 0) continue;
    const name = lower(line.slice(0, at));
    const value = line.slice(at + 1).trim();
    headers.set(name, headers.has(name) ? `${headers.get(name)}, ${value}` : value);
  }
  return headers;
}

function header(headers, name) {
  return headers.get(lower(name)) ?? null;
}

module.exports = { header, lower, parseHeaders };
