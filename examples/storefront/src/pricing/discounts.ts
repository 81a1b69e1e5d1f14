import type { OrderLine } from "../types.js";

export interface Discount {
  code: string;
  percent: number;
  minimumQuantity: number;
}

export interface PriceStep {
  label: string;
  cents: Record<string, number>;
}

export function discountedUnit(line: OrderLine, discount: Discount): number {
  if (line.quantity < discount.minimumQuantity) {
    return line.unitCents;
  }
  return Math.round((line.unitCents * (100 - discount.percent)) / 100);
}

export function bestDiscount(line: OrderLine, discounts: readonly Discount[]): Discount | undefined {
  let best: Discount | undefined;
  let bestUnit = line.unitCents;
  for (const discount of discounts) {
    const unit = discountedUnit(line, discount);
    if (unit < bestUnit) {
      best = discount;
      bestUnit = unit;
    }
  }
  return best;
}

/** What the price panel knew after each line, for the "how was this computed" dialog. */
export function explainPrices(lines: readonly OrderLine[], discount: Discount): PriceStep[] {
  const steps: PriceStep[] = [];
  lines.reduce<Record<string, number>>((known, line) => {
    const cents = { ...known, [`line:${line.sku}`]: discountedUnit(line, discount) * line.quantity };
    steps.push({ label: `${line.quantity} x ${line.sku}`, cents });
    return cents;
  }, {});
  return steps;
}
