'use strict';

const COMMON = { html: 'text/html', css: 'text/css', js: 'text/javascript', png: 'image/png' };

// The common types, with those of the project added or replaced.
function typesFor(custom) {
  return custom.reduce((types, [extension, type]) => ({ ...types, [extension.toLowerCase()]: type }), COMMON);
}

function extensionOf(path) {
  const name = path.slice(path.lastIndexOf('/') + 1);
  const dot = name.lastIndexOf('.');
  return dot > 0 ? name.slice(dot + 1).toLowerCase() : '';
}

function contentTypes(paths, custom = []) {
  const types = typesFor(custom);
  return paths.map((path) => types[extensionOf(path)] || 'application/octet-stream');
}

module.exports = { contentTypes, extensionOf, typesFor };
