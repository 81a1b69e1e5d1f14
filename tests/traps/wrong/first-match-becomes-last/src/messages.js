'use strict';

// Catalogues are joined with the most specific one in front: its entries win.
function join(...catalogues) {
  return catalogues.flatMap((catalogue) => Object.entries(catalogue).map(([key, text]) => ({ key, text })));
}

function translate(keys, entries) {
  return keys.map((key) => {
    const entry = entries.find((candidate) => candidate.key === key);
    return entry ? entry.text : `{${key}}`;
  });
}

function missing(keys, entries) {
  return translate(keys, entries).filter((text) => /^\{.*\}$/.test(text)).length;
}

function coverage(keys, entries) {
  return keys.length === 0 ? 1 : 1 - missing(keys, entries) / keys.length;
}

module.exports = { coverage, join, missing, translate };
