export function gross(cents, percent) {
  return Math.round((cents * (100 + percent)) / 100);
}

export function net(cents, percent) {
  return Math.round((cents * 100) / (100 + percent));
}

export function basket(items) {
  const byRate = new Map();
  for (const { cents, percent, count = 1 } of items) {
    byRate.set(percent, (byRate.get(percent) ?? 0) + cents * count);
  }
  let total = 0;
  const taxes = {};
  for (const [percent, sum] of byRate) {
    const price = gross(sum, percent);
    taxes[percent] = price - sum;
    total += price;
  }
  return { total, taxes };
}
