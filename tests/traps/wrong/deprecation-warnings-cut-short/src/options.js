'use strict';

const DEPRECATED = {
  watch: 'use "serve --watch"',
  poll: 'set "watcher.poll"',
  outFile: 'use "output.file"',
  banner: 'use "output.banner"',
};

function hasDeprecated(options) {
  let found = false;
  for (const name of Object.keys(options)) {
    if (Object.prototype.hasOwnProperty.call(DEPRECATED, name)) {
      console.warn(`option "${name}" is deprecated: ${DEPRECATED[name]}`);
      found = true;
    }
  }
  return found;
}

function normalize(options) {
  const old = hasDeprecated(options);
  const result = { ...options, schema: old ? 1 : 2 };
  if (old && result.outFile) {
    result.output = { file: result.outFile };
    delete result.outFile;
  }
  return result;
}

module.exports = { hasDeprecated, normalize };
