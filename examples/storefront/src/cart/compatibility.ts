import type { Product } from "../types.js";

export interface Recall {
  sku: string;
  since: string;
}

export interface Sifted {
  kept: Product[];
  dropped: Product[];
}

/** First come, first served: a kept product pushes out whatever it does not work with. */
export function dropIncompatible(products: readonly Product[], recalls: readonly Recall[]): Sifted {
  const blocked = recalls.map((recall) => recall.sku);
  const kept: Product[] = [];
  const dropped: Product[] = [];
  for (const product of products) {
    if (blocked.includes(product.sku)) {
      dropped.push(product);
      continue;
    }
    kept.push(product);
    for (const sku of product.incompatibleWith ?? []) {
      blocked.push(sku);
    }
  }
  return { kept, dropped };
}
