// One form for each name: composed letters, lower case, single spaces.
export function normalize(name) {
  return name.normalize('NFC').toLowerCase().split(/\s+/).filter(Boolean).join(' ');
}

export function sameName(a, b) {
  return normalize(a) === normalize(b);
}

export function known(name, names) {
  return names.some((one) => sameName(one, name));
}
