'use strict';

function allPaths(graph, from, to, visited = new Set()) {
  if (from === to) return [[to]];
  const seen = new Set([...visited, from]);
  const paths = [];
  for (const next of graph[from] || []) {
    if (seen.has(next)) continue;
    for (const rest of allPaths(graph, next, to, seen)) paths.push([from, ...rest]);
  }
  return paths;
}

function shortest(graph, from, to) {
  let best = null;
  for (const path of allPaths(graph, from, to)) {
    if (best === null || path.length < best.length) best = path;
  }
  return best;
}

function connected(graph, from, to) {
  return allPaths(graph, from, to).length > 0;
}

module.exports = { allPaths, connected, shortest };
