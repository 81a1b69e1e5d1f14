'use strict';

function chunk(items, size) {
  const chunks = [];
  for (let i = 0; i < items.length; i += size) chunks.push(items.slice(i, i + size));
  return chunks;
}

function flatten(groups) {
  let all = [];
  for (const group of groups) {
    all = [...all, ...group];
  }
  return all;
}

function regroup(groups, size) {
  return chunk(flatten(groups), size);
}

function sizes(groups) {
  return groups.map((group) => group.length);
}

module.exports = { chunk, flatten, regroup, sizes };
