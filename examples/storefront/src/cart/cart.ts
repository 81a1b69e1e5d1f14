import { requireProduct, type ProductIndex } from "../catalog/index.js";
import { bestDiscount, discountedUnit, type Discount } from "../pricing/discounts.js";
import { ShopError, type OrderLine } from "../types.js";

export interface CartTotals {
  quantity: number;
  listCents: number;
  payCents: number;
  savedCents: number;
}

export class Cart {
  readonly #index: ProductIndex;
  readonly #lines = new Map<string, OrderLine>();

  constructor(index: ProductIndex) {
    this.#index = index;
  }

  add(sku: string, quantity = 1): void {
    if (!Number.isInteger(quantity) || quantity < 1) {
      throw new ShopError("bad-quantity", `Cannot add ${quantity} of ${sku}`);
    }
    const product = requireProduct(this.#index, sku);
    const wanted = (this.#lines.get(sku)?.quantity ?? 0) + quantity;
    if (wanted > product.stock) {
      throw new ShopError("out-of-stock", `Only ${product.stock} of ${sku} left`);
    }
    this.#lines.set(sku, { sku, quantity: wanted, unitCents: product.priceCents });
  }

  remove(sku: string): boolean {
    return this.#lines.delete(sku);
  }

  lines(): OrderLine[] {
    return [...this.#lines.values()];
  }

  totals(discounts: readonly Discount[] = []): CartTotals {
    let quantity = 0;
    let listCents = 0;
    let payCents = 0;
    for (const line of this.#lines.values()) {
      const discount = bestDiscount(line, discounts);
      const unit = discount === undefined ? line.unitCents : discountedUnit(line, discount);
      quantity += line.quantity;
      listCents += line.unitCents * line.quantity;
      payCents += unit * line.quantity;
    }
    return { quantity, listCents, payCents, savedCents: listCents - payCents };
  }
}
