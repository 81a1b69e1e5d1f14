'use strict';
/**
 * frames.cjs: a file of values, one after the other, that can be written while
 * the program runs and is readable up to the last whole value whenever it ends.
 *
 * Form: the eight bytes of MAGIC, then for each value its length (32 bits,
 * little endian) and that many bytes as `v8.serialize` gives them.
 *
 * Invariants: a file that was cut off anywhere is read up to the cut and said
 * to be truncated; content that does not follow the form is an error or the
 * end, never a wrong value; what is read is bounded by MAX_FRAME.
 */
const { openSync, readSync, closeSync, readFileSync, serialize, deserialize } = require('./captured.cjs');

const MAGIC = Buffer.from('SELFOPT1', 'latin1');
const MAX_FRAME = 0x7fffffff;

/**
 * The bytes of one value with its length in front.
 * @param {*} value what `v8.serialize` takes
 * @returns {Buffer}
 */
function frame(value) {
  const body = serialize(value);
  const bytes = Buffer.allocUnsafe(4 + body.length);
  bytes.writeUInt32LE(body.length, 0);
  body.copy(bytes, 4);
  return bytes;
}

/**
 * Calls `visit` with each value of the file in turn. One value is in memory at
 * a time beside the file's bytes.
 * @param {string} path
 * @param {(value: *, bytes: number, at: number) => void} visit gets each value with the length of
 *   its form and where that begins
 * @returns {{frames: number, truncated: boolean}}
 * @throws when the file cannot be read or is no file of this form
 */
function readFrames(path, visit) {
  const data = readFileSync(path);
  if (data.length < MAGIC.length) {
    if (data.equals(MAGIC.subarray(0, data.length))) return { frames: 0, truncated: true };
    throw new Error(`${path}: not a file of frames`);
  }
  if (!data.subarray(0, MAGIC.length).equals(MAGIC)) throw new Error(`${path}: not a file of frames`);
  let at = MAGIC.length;
  let frames = 0;
  while (at < data.length) {
    if (at + 4 > data.length) return { frames, truncated: true };
    const length = data.readUInt32LE(at);
    if (length > MAX_FRAME || at + 4 + length > data.length) return { frames, truncated: true };
    let value;
    try {
      value = deserialize(data.subarray(at + 4, at + 4 + length));
    } catch (_) {
      return { frames, truncated: true };
    }
    visit(value, length, at + 4);
    frames += 1;
    at += 4 + length;
  }
  return { frames, truncated: false };
}

/**
 * One value that `readFrames` has seen at that place.
 * @param {string} path
 * @param {number} at
 * @param {number} length
 * @returns {*}
 */
function readFrameAt(path, at, length) {
  const bytes = Buffer.alloc(length);
  const fd = openSync(path, 'r');
  try {
    let read = 0;
    while (read < length) {
      const n = readSync(fd, bytes, read, length - read, at + read);
      if (n === 0) throw new Error(`${path}: has become shorter while it was read`);
      read += n;
    }
  } finally {
    closeSync(fd);
  }
  return deserialize(bytes);
}

module.exports = { MAGIC, frame, readFrames, readFrameAt };
