'use strict';

class Cache {
  constructor(limit, values = {}) {
    this.limit = limit;
    this.entries = new Map(Object.entries(values).map(([key, value]) => [key, { value, hits: 0 }]));
    this.evicted = 0;
  }

  has(key) {
    return this.entries.has(key);
  }

  get(key) {
    const entry = this.entries.get(key);
    if (entry === undefined) return undefined;
    entry.hits += 1;
    return entry.value;
  }

  put(key, value) {
    this.entries.delete(key);
    this.entries.set(key, { value, hits: 0 });
    while (this.entries.size > this.limit && this.entries.size > 0) {
      this.entries.delete(Array.from(this.entries.keys())[0]);
      this.evicted += 1;
    }
    return this;
  }
}

module.exports = { Cache };
