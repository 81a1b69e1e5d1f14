'use strict';

function encode(values) {
  const bytes = [];
  for (let value of values) {
    while (value >= 128) {
      bytes.push((value % 128) + 128);
      value = Math.floor(value / 128);
    }
    bytes.push(value);
  }
  return Uint8Array.from(bytes);
}

// One number from the front: [value, bytes read].
function readOne(bytes) {
  let value = 0;
  let factor = 1;
  for (let i = 0; i < bytes.length; i++) {
    value += (bytes[i] & 127) * factor;
    if (bytes[i] < 128) return [value, i + 1];
    factor *= 128;
  }
  throw new RangeError('input ends inside of a number');
}

function readAll(bytes) {
  const values = [];
  let rest = bytes;
  while (rest.length > 0) {
    const [value, length] = readOne(rest);
    values.push(value);
    rest = rest.slice(length);
  }
  return values;
}

module.exports = { encode, readAll, readOne };
