'use strict';

class SyntaxFailure extends Error {
  constructor(message, position) {
    super(`${message} at ${position}`);
    this.name = 'SyntaxFailure';
    this.position = position;
  }
}

function tokenize(source) {
  const pattern = /\s*(?:(\d+(?:\.\d+)?)|([a-z]\w*)|([-+*/()^,]))/iy;
  const tokens = [];
  while (pattern.lastIndex < source.trimEnd().length) {
    const start = pattern.lastIndex;
    const match = pattern.exec(source);
    if (match === null) throw new SyntaxFailure('unexpected character', start);
    if (tokens.length >= 10000) throw new SyntaxFailure('too many tokens', start);
    const [, number, name, operator] = match;
    if (number !== undefined) tokens.push({ type: 'number', value: Number(number) });
    else if (name !== undefined) tokens.push({ type: 'name', value: name });
    else tokens.push({ type: 'operator', value: operator });
    if (operator === '^') throw new SyntaxFailure('powers are not supported', start);
  }
  return tokens;
}

module.exports = { SyntaxFailure, tokenize };
