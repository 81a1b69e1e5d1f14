export function connect(pairs) {
  const links = new Map();
  const add = (from, to) => links.set(from, [...(links.get(from) ?? []), to]);
  for (const [a, b] of pairs) {
    add(a, b);
    add(b, a);
  }
  return links;
}

// For every host that can be reached: the host before it on a shortest way.
export function hops(links, start) {
  const before = new Map([[start, null]]);
  const queue = [start];
  while (queue.length > 0) {
    const host = queue.shift();
    for (const next of links.get(host) ?? []) {
      if (before.has(next)) continue;
      before.set(next, host);
      queue.push(next);
    }
  }
  return before;
}

export function reach(links, start) {
  return hops(links, start).size;
}
