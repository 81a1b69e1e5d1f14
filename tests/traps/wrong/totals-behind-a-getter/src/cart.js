export function parseItem(text) {
  const match = /^(\d+)x (.+) @ (\d+)$/.exec(text);
  if (!match) throw new SyntaxError(`not an item: ${text}`);
  return { count: Number(match[1]), name: match[2], price: Number(match[3]) };
}

export function summarize(items) {
  const totals = items.map((item) => item.price * item.count);
  return {
    items,
    total: totals.reduce((sum, value) => sum + value, 0),
    largest: totals.reduce((largest, value) => Math.max(largest, value), 0),
  };
}

export function receipt(lines) {
  const { items, total, largest } = summarize(lines.map(parseItem));
  return `${items.length} items, ${total} in all, ${largest} at most`;
}
