const clean = (tag) => tag.trim().toLowerCase();

// Adds tags that are not there yet, in their order.
export function mergeTags(current, added) {
  const merged = [...current];
  for (const tag of added) {
    const name = clean(tag);
    if (name !== '' && !merged.includes(name)) merged.push(name);
  }
  return merged;
}

export function tagAll(notes, tags) {
  return notes.map((note) => ({ ...note, tags: mergeTags(note.tags ?? [], tags) }));
}

export function cloud(notes) {
  const counts = new Map();
  for (const { tags = [] } of notes) for (const tag of tags) counts.set(tag, (counts.get(tag) ?? 0) + 1);
  return [...counts].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1)).map(([tag]) => tag);
}
