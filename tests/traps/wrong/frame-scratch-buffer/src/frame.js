'use strict';

const HEADER = 6;
const MAX = 4096;

// Frame: type (1), flags (1), length (4, big endian), payload in UTF-8.
function encodeFrame(type, text, flags = 0) {
  const length = Buffer.byteLength(text);
  if (length > MAX - HEADER) throw new RangeError(`payload of ${length} bytes is too large`);
  const frame = new Uint8Array(HEADER + length);
  frame[0] = type;
  frame[1] = flags;
  new DataView(frame.buffer, frame.byteOffset).setUint32(2, length);
  new TextEncoder().encodeInto(text, frame.subarray(HEADER));
  return frame;
}

function decodeFrame(frame) {
  const view = new DataView(frame.buffer, frame.byteOffset, frame.byteLength);
  const length = view.getUint32(2);
  const text = new TextDecoder().decode(frame.subarray(HEADER, HEADER + length));
  return { type: frame[0], flags: frame[1], text };
}

module.exports = { decodeFrame, encodeFrame };
