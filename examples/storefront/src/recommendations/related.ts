import type { OrderLine, Product } from "../types.js";

export interface Taste {
  categories: Map<string, number>;
  averageCents: number;
}

export function notYetBought(products: readonly Product[], history: readonly OrderLine[]): Product[] {
  const bought = history.map((line) => line.sku);
  return products.filter((product) => !bought.includes(product.sku));
}

export function tasteOf(products: readonly Product[]): Taste {
  const categories = new Map<string, number>();
  let cents = 0;
  for (const product of products) {
    categories.set(product.categoryId, (categories.get(product.categoryId) ?? 0) + 1);
    cents += product.priceCents;
  }
  return { categories, averageCents: products.length === 0 ? 0 : Math.round(cents / products.length) };
}

export function rankByTaste(products: readonly Product[], taste: Taste): Product[] {
  const distance = (product: Product): number => {
    const affinity = taste.categories.get(product.categoryId) ?? 0;
    return Math.abs(product.priceCents - taste.averageCents) / (1 + affinity);
  };
  return [...products].sort((a, b) => distance(a) - distance(b));
}

export function recommend(
  products: readonly Product[],
  history: readonly OrderLine[],
  taste: Taste,
  limit: number,
): Product[] {
  return rankByTaste(notYetBought(products, history), taste).slice(0, limit);
}
