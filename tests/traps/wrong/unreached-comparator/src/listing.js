'use strict';

const FACTOR = { '': 1, k: 1e3, m: 1e6, g: 1e9 };

function bytes(text) {
  const [, number, unit] = /^([\d.]+)([kmg]?)$/.exec(text);
  return Number(number) * FACTOR[unit];
}

const byName = (a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0);
const bySize = (a, b) => bytes(a.size) - bytes(b.size);

function listing(files, { sort = 'name', filter = '' } = {}) {
  const compare = sort === 'size' ? bySize : byName;
  return files
    .filter((file) => file.name.includes(filter))
    .sort(compare)
    .map((file) => `${file.name} ${file.size}`);
}

function total(files) {
  return files.reduce((sum, file) => sum + bytes(file.size), 0);
}

module.exports = { bySize, listing, total };
