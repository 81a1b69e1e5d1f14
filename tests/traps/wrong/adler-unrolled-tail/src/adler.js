'use strict';

const MOD = 65521;

function adler32(bytes) {
  let a = 1;
  let b = 0;
  for (let i = 0; i < bytes.length; i++) {
    a = (a + bytes[i]) % MOD;
    b = (b + a) % MOD;
  }
  return b * 65536 + a;
}

// Blocks are padded to whole words before they are sealed.
function seal(bytes) {
  const padded = new Uint8Array(Math.ceil(bytes.length / 4) * 4);
  padded.set(bytes);
  return { bytes: padded, checksum: adler32(padded) };
}

function verify(block) {
  return adler32(block.bytes) === block.checksum;
}

module.exports = { adler32, seal, verify };
