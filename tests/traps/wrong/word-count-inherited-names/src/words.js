'use strict';

const STOP = new Set(['the', 'a', 'of', 'and', 'to', 'in', 'is', 'it']);

function words(text) {
  return text.toLowerCase().match(/[a-z']+/g) || [];
}

// Counts as [word, count], most frequent first, then by first appearance.
function countWords(text) {
  const counts = new Map();
  for (const word of words(text)) {
    if (STOP.has(word)) continue;
    counts.set(word, (counts.get(word) || 0) + 1);
  }
  return [...counts].sort((a, b) => b[1] - a[1]);
}

function keywords(text, n) {
  return countWords(text).slice(0, n).map(([word]) => word);
}

module.exports = { countWords, keywords, words };
