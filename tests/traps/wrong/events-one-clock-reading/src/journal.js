export function record(journal, messages) {
  for (const message of messages) {
    journal.push({ at: Date.now(), id: journal.length + 1, message });
  }
  return journal.length;
}

export function between(journal, from, to) {
  return journal.filter((event) => event.at >= from && event.at <= to);
}

export function span(journal) {
  if (journal.length === 0) return 0;
  return journal[journal.length - 1].at - journal[0].at;
}

export function compact(journal, limit) {
  const removed = Math.max(0, journal.length - limit);
  journal.splice(0, removed);
  return removed;
}
