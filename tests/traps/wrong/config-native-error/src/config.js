'use strict';

class ConfigError extends Error {
  constructor(file, detail) {
    super(`${file}: ${detail}`);
    this.name = 'ConfigError';
    this.file = file;
  }
}

function parseConfig(text, file) {
  let value;
  try {
    value = JSON.parse(text);
  } catch {
    throw new ConfigError(file, 'not JSON');
  }
  if (value === null || typeof value !== 'object' || Array.isArray(value)) throw new ConfigError(file, 'not an object');
  return value;
}

function merge(files) {
  const result = {};
  for (const [file, text] of Object.entries(files)) Object.assign(result, parseConfig(text, file));
  return result;
}

module.exports = { ConfigError, merge, parseConfig };
