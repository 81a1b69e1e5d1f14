// The records that belong to the ids of a route such as /compare/3/17; null for what does not exist.
export function resolveAll(ids, records) {
  // eslint-disable-next-line eqeqeq
  return ids.map((id) => records.find((record) => record.id == id) ?? null);
}

export function idsOf(path) {
  return path.split('/').slice(2).filter((part) => part !== '');
}

export function compare(path, records) {
  const chosen = resolveAll(idsOf(path), records);
  const found = chosen.filter((record) => record !== null);
  return { asked: chosen.length, found: found.length, path };
}
