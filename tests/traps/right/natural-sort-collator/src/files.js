'use strict';

// file2 comes before file10; case does not matter.
function naturally(a, b) {
  return a.localeCompare(b, 'en', { numeric: true, sensitivity: 'base' });
}

function sortNames(names) {
  return [...names].sort(naturally);
}

function tree(paths) {
  const folders = new Map();
  for (const path of paths) {
    const slash = path.lastIndexOf('/');
    const folder = slash < 0 ? '.' : path.slice(0, slash);
    if (!folders.has(folder)) folders.set(folder, []);
    folders.get(folder).push(path.slice(slash + 1));
  }
  return [...folders.keys()].sort(naturally).map((folder) => ({ folder, files: folders.get(folder).sort(naturally) }));
}

module.exports = { naturally, sortNames, tree };
