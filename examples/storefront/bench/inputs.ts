import type { Recall } from "../src/cart/compatibility.js";
import { tasteOf } from "../src/recommendations/related.js";
import type { Attribute, Product } from "../src/types.js";
import { Dice, makeProducts } from "./data.js";

// What a day in the shop looks like where the unit tests show two or three of everything: product pages with
// all their attributes, carts of wholesale customers, the front page's ranking.

function attributes(dice: Dice, count: number): Attribute[] {
  const list: Attribute[] = [];
  for (let i = 0; i < count; i += 1) {
    list.push({ name: `attribute ${dice.below(count)}`, value: `value ${i}` });
  }
  return list;
}

function cart(dice: Dice, count: number): Product[] {
  const products = makeProducts(dice, count);
  for (const product of products) {
    if (dice.below(4) === 0) {
      product.incompatibleWith = [products[dice.below(count)].sku, `P${900_000 + dice.below(count)}`];
    }
  }
  return products;
}

function recalls(dice: Dice, count: number): Recall[] {
  const list: Recall[] = [];
  for (let i = 0; i < count; i += 1) {
    list.push({ sku: `P${100_000 + dice.below(2_000)}`, since: "2025-03-01" });
  }
  return list;
}

const dice = new Dice(20_250_915);

function sizes<Input>(counts: readonly number[], input: (count: number) => Input): Input[] {
  return counts.map((count) => input(count));
}

export const workloads = {
  "src/catalog/attributes.ts:attributeMap": {
    pages: sizes([24, 32, 40, 48, 64], (count) => [attributes(dice, count)]),
  },
  "src/cart/compatibility.ts:dropIncompatible": {
    wholesale: sizes([120, 160, 200, 240], (count) => [cart(dice, count), recalls(dice, 80)]),
  },
  "src/recommendations/related.ts:rankByTaste": {
    frontPage: sizes([200, 240, 300], (count) => {
      const products = makeProducts(dice, count);
      return [products, tasteOf(products.slice(0, 30))];
    }),
  },
};
