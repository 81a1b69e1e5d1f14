'use strict';

function strip(text) {
  return text.trim();
}

function unquote(text) {
  const quote = text[0];
  return (quote === '"' || quote === "'") && text.length > 1 && text.endsWith(quote) ? text.slice(1, -1) : text;
}

// NAME=value lines; comments start with #.
function parseEnv(text) {
  const env = {};
  for (const line of text.split('\n')) {
    const entry = strip(line);
    if (entry === '' || entry[0] === '#') continue;
    const at = entry.indexOf('=');
    if (at > 0) env[strip(entry.slice(0, at))] = unquote(strip(entry.slice(at + 1)));
  }
  return env;
}

module.exports = { parseEnv, strip, unquote };
