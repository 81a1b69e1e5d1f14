import type { Attribute, Product } from "../types.js";

/** Merchants name their attributes themselves; a later value wins. */
export function attributeMap(attributes: readonly Attribute[]): Record<string, string> {
  return attributes.reduce<Record<string, string>>(
    (map, attribute) => ({ ...map, [attribute.name]: attribute.value }),
    {},
  );
}

export interface Facet {
  name: string;
  value: string;
  count: number;
}

export function countFacets(products: readonly Product[]): Facet[] {
  const facets = new Map<string, Facet>();
  for (const product of products) {
    for (const { name, value } of product.attributes) {
      const key = JSON.stringify([name, value]);
      const facet = facets.get(key);
      if (facet === undefined) {
        facets.set(key, { name, value, count: 1 });
      } else {
        facet.count += 1;
      }
    }
  }
  const result: Facet[] = [];
  for (const facet of facets.values()) {
    result.push(facet);
  }
  return result.sort((a, b) => b.count - a.count);
}
