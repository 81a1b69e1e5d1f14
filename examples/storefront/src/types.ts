export interface Attribute {
  name: string;
  value: string;
}

export interface Product {
  sku: string;
  title: string;
  brand: string;
  categoryId: string;
  priceCents: number;
  stock: number;
  tags: string[];
  attributes: Attribute[];
  incompatibleWith?: string[];
}

export interface Category {
  id: string;
  name: string;
  parentId: string | null;
}

export interface OrderLine {
  sku: string;
  quantity: number;
  unitCents: number;
}

export type OrderStatus = "draft" | "placed" | "paid" | "packed" | "shipped" | "cancelled";

export interface Order {
  id: string;
  customerId: string;
  placedAt: Date;
  status: OrderStatus;
  depot: string;
  region: string;
  lines: OrderLine[];
  note?: string;
}

export interface Store {
  name: string;
  locale: string;
  currency: string;
}

export class ShopError extends Error {
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.name = "ShopError";
    this.code = code;
  }
}
