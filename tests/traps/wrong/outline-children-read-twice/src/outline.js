'use strict';

class Folder {
  constructor(name, entries) {
    this.name = name;
    this.entries = entries;
    this.loads = 0;
  }

  // Sorted on demand; `loads` is what the statistics page shows.
  get children() {
    this.loads += 1;
    return [...this.entries].sort((a, b) => (a.name < b.name ? -1 : 1));
  }
}

function depth(folder) {
  const children = folder.children;
  return children.length === 0 ? 1 : 1 + Math.max(...children.map(depth));
}

function fromPaths(paths) {
  const root = new Folder('', []);
  for (const path of paths) {
    let at = root;
    for (const part of path.split('/')) {
      let next = at.entries.find((entry) => entry.name === part);
      if (!next) at.entries.push((next = new Folder(part, [])));
      at = next;
    }
  }
  return root;
}

module.exports = { Folder, depth, fromPaths };
