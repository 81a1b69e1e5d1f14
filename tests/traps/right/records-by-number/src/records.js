// The records that belong to some ids, in the order of the ids; null for what does not exist.
export function recordsOf(ids, records) {
  return ids.map((id) => records.find((record) => record.id === id) ?? null);
}

export function titlesOf(ids, records) {
  return recordsOf(ids, records).map((record) => (record === null ? 'missing' : record.title));
}
