/** How often two readers borrowed the same book, each loan of one with each of the other. */
export function sharedLoans(mine, yours) {
  let shared = 0;
  for (const one of mine) {
    for (const other of yours) {
      if (one === other) {
        shared += 1;
      }
    }
  }
  return shared;
}

/** Readers who share the most with one, the first of them first. */
export function alike(loans, others) {
  return others
    .map((other) => ({ name: other.name, shared: sharedLoans(loans, other.loans) }))
    .filter((row) => row.shared > 0)
    .sort((a, b) => b.shared - a.shared);
}
