'use strict';

const STEPS = [1, 2, 2.5, 5, 10];

function niceStep(span, count) {
  const raw = span / count;
  const magnitude = Math.pow(10, Math.floor(Math.log10(raw)));
  const factor = STEPS.find((step) => step * magnitude >= raw);
  return factor * magnitude;
}

// Tick positions from `min` to `max`, multiples of a round step.
function ticks(min, max, count) {
  const step = niceStep(max - min, count);
  const result = [];
  for (let i = Math.ceil(min / step); i * step <= max + step * 1e-9; i++) {
    const exact = i * step + 0;
    result.push(Math.round(exact * 1e6) / 1e6 + 0);
  }
  return result;
}

function labels(min, max, count, unit) {
  return ticks(min, max, count).map((tick) => `${tick} ${unit}`);
}

module.exports = { labels, niceStep, ticks };
