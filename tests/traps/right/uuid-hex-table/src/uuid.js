'use strict';

function hex(bytes) {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

function format(bytes) {
  if (bytes.length !== 16) throw new RangeError(`a UUID has 16 bytes, not ${bytes.length}`);
  const text = hex(bytes);
  return [text.slice(0, 8), text.slice(8, 12), text.slice(12, 16), text.slice(16, 20), text.slice(20)].join('-');
}

function parse(text) {
  const digits = text.replace(/-/g, '');
  if (!/^[0-9a-f]{32}$/i.test(digits)) throw new SyntaxError(`not a UUID: ${text}`);
  return Uint8Array.from({ length: 16 }, (_, i) => parseInt(digits.slice(i * 2, i * 2 + 2), 16));
}

exports.format = format;
exports.parse = parse;
exports.digest = (bytes) => `sha:${hex(bytes)}`;
