'use strict';

function distinct(names) {
  return names.filter((name, index) => names.indexOf(name) === index);
}

function parseAuthors(line) {
  return line
    .split(/,|\band\b/)
    .map((name) => name.replace(/<[^>]*>/g, '').trim())
    .filter((name) => name !== '');
}

function credit(line) {
  const names = distinct(parseAuthors(line));
  if (names.length <= 2) return names.join(' and ');
  return `${names.slice(0, -1).join(', ')} and ${names[names.length - 1]}`;
}

module.exports = { credit, distinct, parseAuthors };
