export function priceOrder(positions, articles) {
  return positions.map(({ sku, count }) => {
    const article = articles.find((candidate) => candidate.sku === sku);
    return { sku, count, total: article === undefined ? null : article.price * count };
  });
}

export function orderTotal(positions, articles) {
  let sum = 0;
  for (const { sku, total } of priceOrder(positions, articles)) {
    if (total === null) throw new Error(`unknown article: ${sku}`);
    sum += total;
  }
  return sum;
}

export function parsePositions(text) {
  return text.split(',').map((part) => {
    const [count, sku] = part.trim().split(/\s*x\s*/);
    return { sku, count: Number(count) };
  });
}
