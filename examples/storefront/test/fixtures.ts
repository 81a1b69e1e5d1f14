import type { Category, Order, OrderLine, Product } from "../src/types.js";

export function product(sku: string, more: Partial<Product> = {}): Product {
  return {
    sku,
    title: `Product ${sku}`,
    brand: "Arbor",
    categoryId: "home",
    priceCents: 1000,
    stock: 10,
    tags: [],
    attributes: [],
    ...more,
  };
}

export function line(sku: string, quantity = 1, unitCents = 1000): OrderLine {
  return { sku, quantity, unitCents };
}

export function order(id: string, more: Partial<Order> = {}): Order {
  return {
    id,
    customerId: "U1",
    placedAt: new Date(Date.UTC(2025, 2, 14, 9, 30)),
    status: "paid",
    depot: "north",
    region: "CA",
    lines: [line("A1")],
    ...more,
  };
}

export const CATEGORIES: Category[] = [
  { id: "home", name: "Home", parentId: null },
  { id: "kitchen", name: "Kitchen", parentId: "home" },
  { id: "kettles", name: "Kettles", parentId: "kitchen" },
  { id: "garden", name: "Garden", parentId: null },
];
