'use strict';

// Lines by word; the document is an array of lines that editors change in place.
function wordIndex(lines) {
  const index = new Map();
  lines.forEach((line, number) => {
    for (const word of new Set(line.toLowerCase().match(/[\p{L}\d]+/gu) || [])) {
      if (!index.has(word)) index.set(word, []);
      index.get(word).push(number);
    }
  });
  return index;
}

function find(lines, word) {
  return wordIndex(lines).get(word.toLowerCase()) || [];
}

function replaceLine(lines, number, text) {
  lines[number] = text;
  return lines;
}

module.exports = { find, replaceLine, wordIndex };
