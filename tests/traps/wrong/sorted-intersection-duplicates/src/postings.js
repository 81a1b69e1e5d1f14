// Posting lists: sorted document numbers, one entry an occurrence.
export function buildIndex(documents) {
  const index = new Map();
  documents.forEach((text, id) => {
    for (const word of text.toLowerCase().split(/\W+/)) {
      if (word === '') continue;
      const list = index.get(word);
      if (list) list.push(id);
      else index.set(word, [id]);
    }
  });
  return index;
}

export function intersect(left, right) {
  return left.filter((id) => right.includes(id));
}

export function search(index, query) {
  const lists = query.toLowerCase().split(/\W+/).filter(Boolean).map((word) => index.get(word) ?? []);
  if (lists.length === 0) return [];
  return [...new Set(lists.reduce(intersect))];
}
