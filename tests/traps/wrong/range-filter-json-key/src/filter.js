'use strict';

// Bounds: a number, -Infinity/Infinity for "no bound", null for "bound not known yet".
function describeBound(value, sign) {
  if (value === null) return `${sign} ?`;
  if (value === Infinity || value === -Infinity) return '';
  return `${sign} ${value}`;
}

function describeRange(range) {
  const parts = [];
  const low = describeBound(range.min, '>=');
  const high = describeBound(range.max, '<=');
  if (low !== '') parts.push(low);
  if (high !== '') parts.push(high);
  return parts.length === 0 ? 'any' : parts.join(' and ');
}

function describeFilter(filter) {
  return Object.keys(filter)
    .sort()
    .map((field) => `${field} ${describeRange(filter[field])}`)
    .join('; ');
}

module.exports = { describeFilter, describeRange };
