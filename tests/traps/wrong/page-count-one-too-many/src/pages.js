// Splits a list into pages of the same size.
export function pageOf(items, number, size) {
  return items.filter((_, i) => Math.floor(i / size) === number - 1);
}

export function pageCount(items, size) {
  return Math.ceil(items.length / size);
}

export function overview(items, size) {
  const pages = pageCount(items, size);
  return { pages, first: pageOf(items, 1, size), caption: `${items.length} items` };
}
