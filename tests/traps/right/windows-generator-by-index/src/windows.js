'use strict';

// All runs of `size` neighbours, each as its own array.
function* windows(items, size) {
  if (!(size >= 1)) throw new RangeError(`size of a window: ${size}`);
  let rest = [...items];
  while (rest.length >= size) {
    yield rest.slice(0, size);
    rest = rest.slice(1);
  }
}

function movingAverage(values, size) {
  const averages = [];
  for (const part of windows(values, size)) {
    let sum = 0;
    for (const value of part) sum += value;
    averages.push(sum / size);
  }
  return averages;
}

function ngrams(text, size) {
  return Array.from(windows(text.toLowerCase().split(/\W+/).filter(Boolean), size), (part) => part.join(' '));
}

module.exports = { movingAverage, ngrams, windows };
