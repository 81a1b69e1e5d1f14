'use strict';

function field(name, value) {
  return value === undefined || value === null ? '' : `${name}:${String(value).replace(/[:|]/g, '_')}`;
}

// The key of a batch request does not depend on the order of the ids.
function batchKey(resource, ids) {
  const sorted = Array.from(new Set(ids)).sort();
  return `${resource}[${sorted.join(',')}]`;
}

function requestKey(request) {
  const parts = [batchKey(request.resource, request.ids || []), field('lang', request.lang), field('v', request.version)];
  return parts.filter((part) => part !== '').join('|');
}

class RequestCache {
  constructor() {
    this.entries = new Map();
  }

  get(request) {
    return this.entries.get(requestKey(request));
  }

  set(request, response) {
    this.entries.set(requestKey(request), response);
    return this;
  }
}

module.exports = { RequestCache, batchKey, requestKey };
