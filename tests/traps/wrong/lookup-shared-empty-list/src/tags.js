'use strict';

function normalize(tag) {
  return tag.trim().toLowerCase().replace(/\s+/g, '-');
}

class TagIndex {
  constructor(documents) {
    this.size = documents.length;
    this.byTag = new Map();
    for (const { id, tags } of documents) {
      for (const tag of tags) {
        const key = normalize(tag);
        if (!this.byTag.has(key)) this.byTag.set(key, []);
        this.byTag.get(key).push(id);
      }
    }
  }

  // Ids of the documents with this tag; the list belongs to the caller.
  find(tag) {
    return (this.byTag.get(normalize(tag)) || []).slice();
  }

  findAny(...tags) {
    const ids = new Set();
    for (const tag of tags) for (const id of this.find(tag)) ids.add(id);
    return [...ids];
  }
}

module.exports = { TagIndex, normalize };
