'use strict';

function fit(width, height, limit) {
  const factor = Math.min(1, limit / Math.max(width, height));
  return { width: Math.round(width * factor), height: Math.round(height * factor) };
}

function sizes(width, height, limits) {
  return limits.map((limit) => fit(width, height, limit));
}

const fits = (width, height, limit) => Math.max(width, height) <= limit;

module.exports = { fit, fits, sizes };
