import type { Product } from "../types.js";
import type { SearchQuery } from "./query.js";

export interface Hit {
  product: Product;
  score: number;
}

/** The query terms that occur anywhere in the product's text, also inside longer words. */
export function matchedTerms(product: Product, terms: readonly string[]): string[] {
  const text = `${product.title} ${product.brand} ${product.tags.join(" ")}`.toLowerCase();
  return terms.filter((term) => text.includes(term));
}

export function scoreProduct(product: Product, query: SearchQuery): number {
  if (query.maxCents !== undefined && product.priceCents > query.maxCents) {
    return 0;
  }
  if (matchedTerms(product, query.excluded).length > 0) {
    return 0;
  }
  let score = 0;
  for (const code of query.codes) {
    if (product.sku.endsWith(code)) {
      score += 10;
    }
  }
  const matched = matchedTerms(product, query.terms);
  if (matched.length === query.terms.length) {
    score += matched.length * 2;
  } else {
    score += matched.length;
  }
  return product.stock > 0 ? score : score / 2;
}

export function search(products: readonly Product[], query: SearchQuery, limit: number): Hit[] {
  const hits: Hit[] = [];
  for (const product of products) {
    const score = scoreProduct(product, query);
    if (score > 0) {
      hits.push({ product, score });
    }
  }
  hits.sort((a, b) => b.score - a.score);
  return hits.slice(0, limit);
}
