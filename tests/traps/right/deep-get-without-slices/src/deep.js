'use strict';

function parsePath(text) {
  return text.replace(/\[(\d+)\]/g, '.$1').split('.').filter((part) => part !== '');
}

function getIn(value, path) {
  if (path.length === 0) return value;
  if (value === null || value === undefined) return undefined;
  const [head, ...rest] = path;
  return getIn(value[head], rest);
}

function get(value, path, fallback) {
  const found = getIn(value, parsePath(path));
  return found === undefined ? fallback : found;
}

function pluck(records, path) {
  const parts = parsePath(path);
  return records.map((record) => getIn(record, parts));
}

module.exports = { get, getIn, parsePath, pluck };
