'use strict';

function extension(name) {
  const at = name.lastIndexOf('.');
  return at <= 0 ? '' : name.slice(at);
}

function select(names, extensions) {
  const chosen = [];
  for (const name of names) {
    if (extensions.includes(extension(name))) chosen.push(name);
  }
  return chosen;
}

function parseOption(text) {
  return text.split(',').map((part) => part.trim()).filter(Boolean).map((part) => (part.startsWith('.') ? part : `.${part}`));
}

function chosen(names, option) {
  return select(names, parseOption(option)).length;
}

module.exports = { chosen, extension, parseOption, select };
