// Yields the entries of all pages; a page without entries is the last one.
export async function* readPages(load, limit = 100) {
  for (let number = 0; number < limit; number++) {
    const entries = await load(number);
    if (entries.length === 0) return;
    for (const entry of entries) yield entry;
  }
}

export async function firstMatch(load, test) {
  for await (const entry of readPages(load)) {
    if (test(entry)) return entry;
  }
  return null;
}

export async function count(load) {
  let entries = 0;
  for await (const entry of readPages(load)) if (entry !== null) entries += 1;
  return entries;
}
