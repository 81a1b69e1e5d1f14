'use strict';

function decode(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

exports.parseCookies = function parseCookies(header) {
  return header.split(';').reduce((cookies, part) => {
    const at = part.indexOf('=');
    if (at < 0) return cookies;
    const name = part.slice(0, at).trim();
    if (Object.keys(cookies).includes(name)) return cookies;
    return { ...cookies, [name]: decode(part.slice(at + 1).trim().replace(/^"(.*)"$/, '$1')) };
  }, {});
};

exports.sessionOf = function sessionOf(request) {
  const cookies = exports.parseCookies(request.headers.cookie || '');
  return cookies.sid || null;
};

exports.serialize = function serialize(name, value, { maxAge, path = '/' } = {}) {
  const age = maxAge === undefined ? '' : `; Max-Age=${maxAge}`;
  return `${name}=${encodeURIComponent(value)}; Path=${path}${age}`;
};
