'use strict';

const UNITS = { k: 1024, m: 1024 ** 2, g: 1024 ** 3, t: 1024 ** 4 };

function parseSize(text) {
  const match = /^(\d+(?:\.\d+)?)\s*([kmgt])?i?b?$/i.exec(text.trim());
  if (!match) throw new SyntaxError(`not a size: "${text}"`);
  return Number(match[1]) * (match[2] ? UNITS[match[2].toLowerCase()] : 1);
}

function blocksOf(bytes, blockSize) {
  const full = Math.floor(bytes / blockSize);
  return { full, rest: bytes - full * blockSize };
}

function usage(files, blockSize = 512) {
  let blocks = 0;
  for (const text of files) {
    const { full, rest } = blocksOf(parseSize(text), blockSize);
    blocks += rest > 0 ? full + 1 : full;
  }
  return blocks;
}

module.exports = { blocksOf, parseSize, usage };
