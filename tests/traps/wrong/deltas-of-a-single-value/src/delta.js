'use strict';

// Time stamps as first value and differences, the form in which charts are stored.
function encodeDeltas(values) {
  const deltas = [];
  let last = 0;
  for (const value of values) {
    deltas.push(value - last);
    last = value;
  }
  return deltas;
}

function decodeDeltas(deltas) {
  let last = 0;
  return deltas.map((delta) => (last += delta));
}

function pack(series) {
  return Object.keys(series)
    .map((name) => `${name}:${encodeDeltas(series[name]).join(',')}`)
    .join(';');
}

module.exports = { decodeDeltas, encodeDeltas, pack };
