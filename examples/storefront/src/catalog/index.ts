import { ShopError, type Product } from "../types.js";

export type ProductIndex = Record<string, Product>;

export interface PriceRange {
  minCents: number;
  maxCents: number;
}

/** Looks products up by the key that the cache and the feed use, "sku:<SKU>". */
export function indexBySku(products: readonly Product[]): ProductIndex {
  return products.reduce<ProductIndex>(
    (index, product) => ({ ...index, [`sku:${product.sku}`]: product }),
    {},
  );
}

export function findProduct(index: ProductIndex, sku: string): Product | undefined {
  const key = `sku:${sku}`;
  return Object.hasOwn(index, key) ? index[key] : undefined;
}

export function requireProduct(index: ProductIndex, sku: string): Product {
  const product = findProduct(index, sku);
  if (product === undefined) {
    throw new ShopError("unknown-sku", `No product with SKU ${sku}`);
  }
  return product;
}

export function priceRange(products: readonly Product[]): PriceRange | undefined {
  if (products.length === 0) {
    return undefined;
  }
  let minCents = Number.POSITIVE_INFINITY;
  let maxCents = 0;
  for (const product of products) {
    minCents = Math.min(minCents, product.priceCents);
    maxCents = Math.max(maxCents, product.priceCents);
  }
  return { minCents, maxCents };
}

export function groupByBrand(products: readonly Product[]): Map<string, Product[]> {
  const groups = new Map<string, Product[]>();
  for (const product of products) {
    const group = groups.get(product.brand);
    if (group === undefined) {
      groups.set(product.brand, [product]);
    } else {
      group.push(product);
    }
  }
  return groups;
}
