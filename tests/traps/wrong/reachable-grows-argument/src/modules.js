'use strict';

function parseGraph(text) {
  const graph = new Map();
  for (const line of text.trim().split('\n')) {
    const [name, imports = ''] = line.split('->');
    graph.set(name.trim(), imports.split(',').map((part) => part.trim()).filter(Boolean));
  }
  return graph;
}

// All modules that the entries need, the entries included, nearest first.
function reachable(graph, entries) {
  const queue = entries.slice();
  const seen = new Set(entries);
  while (queue.length > 0) {
    const name = queue.shift();
    for (const next of graph.get(name) || []) {
      if (seen.has(next)) continue;
      seen.add(next);
      queue.push(next);
    }
  }
  return [...seen];
}

function unused(graph, entries) {
  const used = new Set(reachable(graph, entries));
  return [...graph.keys()].filter((name) => !used.has(name));
}

module.exports = { parseGraph, reachable, unused };
