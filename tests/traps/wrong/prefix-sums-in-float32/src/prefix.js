'use strict';

function prefixSums(weights) {
  const sums = [];
  let sum = 0;
  for (const weight of weights) sums.push((sum += weight));
  return sums;
}

// The index of the first sum that exceeds the point.
function locate(sums, point) {
  let low = 0;
  let high = sums.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sums[middle] > point) high = middle;
    else low = middle + 1;
  }
  return low;
}

function sampler(entries) {
  const sums = prefixSums(entries.map((entry) => entry.weight));
  const total = sums.length === 0 ? 0 : sums[sums.length - 1];
  return { total, at: (share) => entries[locate(sums, share * total)].name };
}

module.exports = { locate, prefixSums, sampler };
