'use strict';

const RESERVED = { class: 'c', default: 'd', delete: 'd', export: 'e', import: 'i', new: 'n', return: 'r', void: 'v' };

function isReserved(word) {
  return Object.keys(RESERVED).includes(word);
}

function toIdentifier(text) {
  const name = text.replace(/[^\w$]+(\w?)/g, (_, next) => next.toUpperCase()).replace(/^(\d)/, '_$1');
  return isReserved(name) ? `_${name}` : name || '_';
}

// Unique identifiers for the columns of a table.
function columnNames(titles) {
  const used = new Set();
  return titles.map((title) => {
    const base = toIdentifier(title);
    let name = base;
    for (let n = 2; used.has(name); n++) name = base + n;
    used.add(name);
    return name;
  });
}

module.exports = { columnNames, isReserved, toIdentifier };
