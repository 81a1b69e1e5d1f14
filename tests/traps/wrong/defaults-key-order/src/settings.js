const PRESETS = {
  compact: { indent: 0, quotes: 'single', semicolons: false, width: 120 },
  readable: { indent: 2, quotes: 'double', semicolons: true, width: 80 },
};

export function withDefaults(defaults, options) {
  return Object.keys({ ...defaults, ...options }).reduce(
    (merged, key) => ({ ...merged, [key]: options[key] !== undefined ? options[key] : defaults[key] }),
    {},
  );
}

export function resolve(options = {}) {
  const { preset = 'readable', ...rest } = options;
  const defaults = PRESETS[preset];
  if (!defaults) throw new Error(`no such preset: ${preset}`);
  return withDefaults(defaults, rest);
}

export function toLines(settings) {
  return Object.entries(settings).map(([key, value]) => `${key} = ${JSON.stringify(value)}`);
}
