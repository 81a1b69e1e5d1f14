// Permissions that are required and neither granted nor denied.
export function missing(required, granted) {
  return [...required].filter((permission) => ![...granted.keys()].includes(permission));
}

export function parseGrants(text) {
  const granted = new Map();
  for (const part of text.split(',')) {
    const entry = part.trim();
    if (entry === '') continue;
    granted.set(entry.replace(/^!/, ''), !entry.startsWith('!'));
  }
  return granted;
}

export function check(required, text) {
  const granted = parseGrants(text);
  const lacking = missing(new Set(required), granted);
  const denied = required.filter((permission) => granted.get(permission) === false);
  return { ok: lacking.length === 0 && denied.length === 0, lacking, denied };
}
