export const Level = Object.freeze({ LOW: 1, MIDDLE: 2, HIGH: 3 });

// The name of a level; undefined when it is none.
export function nameOf(level) {
  return Object.keys(Level).find((name) => Level[name] === level);
}

export function label(level) {
  const name = nameOf(level);
  return name === undefined ? 'unknown' : name.toLowerCase();
}
