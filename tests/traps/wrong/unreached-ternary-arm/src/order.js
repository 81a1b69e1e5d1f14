'use strict';

function by(field) {
  return (a, b) => (a[field] < b[field] ? -1 : a[field] > b[field] ? 1 : 0);
}

// A sorted copy; equal records keep their order in both directions.
function orderBy(records, field, direction = 'asc') {
  const compare = by(field);
  return direction === 'desc' ? [...records].sort((a, b) => compare(b, a)) : [...records].sort(compare);
}

function page(records, { field, direction, from = 0, count = 20 }) {
  return orderBy(records, field, direction).slice(from, from + count);
}

function columns(records) {
  const names = new Set();
  for (const record of records) for (const name of Object.keys(record)) names.add(name);
  return [...names].sort();
}

module.exports = { columns, orderBy, page };
