'use strict';

function decode(text) {
  try {
    return decodeURIComponent(text.replace(/\+/g, ' '));
  } catch {
    return text;
  }
}

function parseQuery(search) {
  const text = search.startsWith('?') ? search.slice(1) : search;
  if (text === '') return {};
  return Object.fromEntries(
    text.split('&').map((pair) => {
      const at = pair.indexOf('=');
      return at < 0 ? [decode(pair), true] : [decode(pair.slice(0, at)), decode(pair.slice(at + 1))];
    }),
  );
}

function page(search, fallback) {
  const value = Number(parseQuery(search).page);
  return Number.isInteger(value) && value > 0 ? value : fallback;
}

module.exports = { page, parseQuery };
