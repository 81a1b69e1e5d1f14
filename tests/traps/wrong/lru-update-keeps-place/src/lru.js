export class LruCache {
  constructor(limit, entries = []) {
    this.limit = limit;
    this.map = new Map(entries);
  }

  get(key) {
    if (!this.map.has(key)) return undefined;
    const value = this.map.get(key);
    this.map.delete(key);
    this.map.set(key, value);
    return value;
  }

  // The entry becomes the newest; the oldest goes when there are too many.
  set(key, value) {
    this.map.delete(key);
    this.map.set(key, value);
    if (this.map.size > this.limit) this.map.delete(this.map.keys().next().value);
    return this;
  }

  keys() {
    return [...this.map.keys()];
  }
}
