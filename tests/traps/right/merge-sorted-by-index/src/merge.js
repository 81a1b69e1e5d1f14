'use strict';

// Merges two sorted lists; equal elements of the left list come first.
function mergeSorted(left, right, compare) {
  const a = [...left];
  const b = [...right];
  const merged = [];
  while (a.length > 0 && b.length > 0) {
    merged.push(compare(a[0], b[0]) <= 0 ? a.shift() : b.shift());
  }
  return [...merged, ...a, ...b];
}

const byTime = (x, y) => x.at - y.at;

function timeline(...feeds) {
  return feeds.reduce((all, feed) => mergeSorted(all, feed, byTime), []);
}

function mergeWords(a, b) {
  return mergeSorted(a, b, (x, y) => (x < y ? -1 : x > y ? 1 : 0));
}

module.exports = { mergeSorted, mergeWords, timeline };
