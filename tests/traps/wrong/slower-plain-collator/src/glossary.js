'use strict';

function parse(text) {
  return text.split('\n').filter(Boolean).map((line) => {
    const at = line.indexOf(':');
    return { term: line.slice(0, at).trim(), text: line.slice(at + 1).trim() };
  });
}

function byTerm(a, b) {
  return a.term.localeCompare(b.term);
}

function glossary(text) {
  return parse(text).sort(byTerm);
}

function lookup(entries, term) {
  let low = 0;
  let high = entries.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (byTerm(entries[middle], { term }) < 0) low = middle + 1;
    else high = middle;
  }
  return entries[low]?.term === term ? entries[low].text : null;
}

module.exports = { byTerm, glossary, lookup, parse };
