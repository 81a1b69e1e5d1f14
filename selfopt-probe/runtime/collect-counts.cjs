'use strict';
/**
 * collect-counts.cjs: the counters of all processes of a run, added up.
 *
 * Invariant: names are in order, so that what is made of them does not depend
 * on the order of the files.
 */
const { readCounts } = require('./counts.cjs');

/**
 * @param {string[]} files
 * @returns {{of: (id: number) => {[name: string]: number}, ids: () => number[], files: number}}
 */
function addCounts(files) {
  const byId = new Map();
  for (const file of files) {
    for (const { id, name, n } of readCounts(file)) {
      if (!byId.has(id)) byId.set(id, new Map());
      const names = byId.get(id);
      names.set(name, (names.get(name) || 0) + n);
    }
  }
  return {
    files: files.length,
    ids: () => [...byId.keys()].sort((a, b) => a - b),
    of(id) {
      const names = [...(byId.get(id) || [])].sort(([a], [b]) => (a < b ? -1 : 1));
      const counts = Object.create(null);
      for (const [name, n] of names) counts[name] = n;
      return counts;
    },
  };
}

/**
 * The counters whose names start with `prefix`, without it.
 * @param {{[name: string]: number}} counts
 * @param {string} prefix
 * @returns {{[name: string]: number}}
 */
function withPrefix(counts, prefix) {
  const found = Object.create(null);
  for (const name of Object.keys(counts)) {
    if (name.startsWith(prefix)) found[name.slice(prefix.length)] = counts[name];
  }
  return found;
}

module.exports = { addCounts, withPrefix };
