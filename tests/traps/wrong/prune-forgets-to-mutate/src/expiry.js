export function entry(id, now, seconds) {
  return { id, until: now + seconds * 1000 };
}

// Removes from the list what has expired; says how many entries that were.
export function prune(list, now) {
  let removed = 0;
  for (let i = list.length - 1; i >= 0; i--) {
    if (list[i].until <= now) {
      list.splice(i, 1);
      removed += 1;
    }
  }
  return removed;
}

export function lookup(list, id, now) {
  const found = list.find((item) => item.id === id && item.until > now);
  return found ? found.id : null;
}

export function sweep(lists, now) {
  return lists.reduce((sum, list) => sum + prune(list, now), 0);
}
