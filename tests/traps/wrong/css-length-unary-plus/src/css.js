'use strict';

const UNIT = /[a-z%]+$/i;

function toNumber(text) {
  return parseFloat(text);
}

function parseLength(text, base = 16) {
  const unit = (UNIT.exec(text) || [''])[0].toLowerCase();
  const value = toNumber(text.slice(0, text.length - unit.length));
  switch (unit) {
    case 'rem':
    case 'em':
      return value * base;
    case '':
    case 'px':
      return value;
    default:
      return NaN;
  }
}

// "1px 2em" as [top, right, bottom, left] in pixels; anything unknown counts as 0.
function parseBox(text) {
  const [top, right = top, bottom = top, left = right] = text.split(' ').map((part) => parseLength(part));
  return [top, right, bottom, left].map((value) => value || 0);
}

module.exports = { parseBox, parseLength, toNumber };
