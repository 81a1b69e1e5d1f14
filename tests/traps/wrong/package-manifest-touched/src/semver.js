'use strict';

function parse(text) {
  const match = /^v?(\d+)\.(\d+)\.(\d+)(?:-([\w.]+))?$/.exec(text);
  if (!match) throw new SyntaxError(`not a version: ${text}`);
  return { numbers: [Number(match[1]), Number(match[2]), Number(match[3])], pre: match[4] || null };
}

function compare(a, b) {
  const left = parse(a);
  const right = parse(b);
  for (let i = 0; i < 3; i++) {
    if (left.numbers[i] !== right.numbers[i]) return left.numbers[i] < right.numbers[i] ? -1 : 1;
  }
  if (left.pre === right.pre) return 0;
  if (left.pre === null) return 1;
  if (right.pre === null) return -1;
  return left.pre < right.pre ? -1 : 1;
}

function newest(versions) {
  return [...versions].sort(compare).pop() ?? null;
}

module.exports = { compare, newest, parse };
