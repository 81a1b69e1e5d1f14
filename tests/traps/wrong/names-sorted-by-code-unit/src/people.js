export function parseName(text) {
  const at = text.lastIndexOf(',');
  if (at >= 0) return { last: text.slice(0, at).trim(), first: text.slice(at + 1).trim() };
  const parts = text.trim().split(' ');
  return { last: parts.slice(1).join(' ') || parts[0], first: parts.length > 1 ? parts[0] : '' };
}

export function byName(a, b) {
  return a.last.localeCompare(b.last, 'en') || a.first.localeCompare(b.first, 'en');
}

export function directory(lines) {
  const people = lines.map(parseName).sort(byName);
  const sections = new Map();
  for (const person of people) {
    const letter = person.last[0].toUpperCase();
    if (!sections.has(letter)) sections.set(letter, []);
    sections.get(letter).push(person);
  }
  return sections;
}
