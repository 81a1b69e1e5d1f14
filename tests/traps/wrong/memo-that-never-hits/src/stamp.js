'use strict';

// Milliseconds since 1970 of "2024-05-06T07:08:09.123Z", NaN for anything else.
function parseStamp(text) {
  if (text.length !== 24 || text[10] !== 'T' || text[23] !== 'Z') return NaN;
  const number = (from, to) => {
    let value = 0;
    for (let i = from; i < to; i++) {
      const digit = text.charCodeAt(i) - 48;
      if (digit < 0 || digit > 9) return NaN;
      value = value * 10 + digit;
    }
    return value;
  };
  return Date.UTC(number(0, 4), number(5, 7) - 1, number(8, 10), number(11, 13), number(14, 16), number(17, 19), number(20, 23));
}

function spans(lines) {
  const times = lines.map((line) => parseStamp(line.slice(0, 24)));
  return times.slice(1).map((time, i) => time - times[i]);
}

module.exports = { parseStamp, spans };
