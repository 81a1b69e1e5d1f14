import type { TaxLine, TaxZone } from "../src/pricing/tax.js";
import type { Order, OrderLine, Product } from "../src/types.js";

const START = Date.UTC(2025, 0, 1);
const DAY = 86_400_000;

const ADJECTIVES = ["Light", "Sturdy", "Folding", "Classic", "Quiet", "Compact", "Warm"];
const NOUNS = ["Kettle", "Lamp", "Backpack", "Chair", "Notebook", "Headset", "Blanket", "Bottle"];
const BRANDS = ["Nordlys", "Arbor", "Helix", "Tindra", "Copperline"];
const DEPOTS = ["north", "south", "harbour"];
const REGIONS = ["CA", "NY", "TX", "WA", "OR"];
const DEPARTMENTS = ["grocery", "kitchen", "outdoor", "books", "toys", "garden"];

/** A small linear congruential generator, so that every run sees the same shop. */
export class Dice {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  below(limit: number): number {
    this.#state = (Math.imul(this.#state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((this.#state / 0x1_0000_0000) * limit);
  }

  pick(list: readonly string[]): string {
    return list[this.below(list.length)];
  }
}

export function makeProducts(dice: Dice, count: number): Product[] {
  const products: Product[] = [];
  for (let i = 0; i < count; i += 1) {
    products.push({
      sku: `P${100_000 + i}`,
      title: `${dice.pick(ADJECTIVES)} ${dice.pick(NOUNS)}`,
      brand: dice.pick(BRANDS),
      categoryId: `c${dice.below(12)}`,
      priceCents: 199 + dice.below(20_000),
      stock: dice.below(50),
      tags: [],
      attributes: [],
    });
  }
  return products;
}

export function makeHistory(dice: Dice, products: readonly Product[], count: number): OrderLine[] {
  const lines: OrderLine[] = [];
  for (let i = 0; i < count; i += 1) {
    const product = products[dice.below(products.length)];
    lines.push({ sku: product.sku, quantity: 1 + dice.below(3), unitCents: product.priceCents });
  }
  return lines;
}

export function makeOrders(dice: Dice, products: readonly Product[], count: number): Order[] {
  const orders: Order[] = [];
  for (let i = 0; i < count; i += 1) {
    orders.push({
      id: `O${500_000 + i}`,
      customerId: `U${dice.below(900)}`,
      placedAt: new Date(START + dice.below(360) * DAY),
      status: "paid",
      depot: dice.pick(DEPOTS),
      region: dice.pick(REGIONS),
      lines: makeHistory(dice, products, 1),
    });
  }
  return orders;
}

/** Repeat customers: the same orders over and over, as a subscription shop has them. */
export function makeBacklog(orders: readonly Order[], count: number): Order[] {
  const backlog: Order[] = [];
  for (let i = 0; i < count; i += 1) {
    backlog.push(orders[i % orders.length]);
  }
  return backlog;
}

export function makeLookups(dice: Dice, count: number): string[] {
  const lookups: string[] = [];
  for (let i = 0; i < count; i += 1) {
    const isCode = dice.below(8) === 0;
    lookups.push(isCode ? `SKU-${10_000 + dice.below(90_000)}` : dice.pick(NOUNS));
  }
  return lookups;
}

export function makeTaxLines(dice: Dice, count: number): TaxLine[] {
  const lines: TaxLine[] = [];
  for (let i = 0; i < count; i += 1) {
    lines.push({
      sku: `P${i}`,
      quantity: 1 + dice.below(4),
      unitCents: 99 + dice.below(9_000),
      department: dice.pick(DEPARTMENTS),
    });
  }
  return lines;
}

export const TAX_ZONE: TaxZone = {
  region: "NY",
  basisPoints: 887,
  reliefs: [
    { department: "grocery", reason: "food at home" },
    { department: "books", reason: "printed matter" },
    { department: "medical", reason: "prescription" },
  ],
};
