import type { Order } from "../types.js";
import { unitCount } from "./order.js";

export interface Allocation {
  ready: Order[];
  waiting: Order[];
}

/** Oldest orders first; the first one that cannot be filled holds back the rest. */
export function allocateStock(orders: readonly Order[], unitsOnHand: number): Allocation {
  const waiting = [...orders].sort((a, b) => a.placedAt.getTime() - b.placedAt.getTime());
  const ready: Order[] = [];
  let left = unitsOnHand;
  while (waiting.length > 0) {
    if (unitCount(waiting[0]) > left) {
      break;
    }
    const order = waiting.shift()!;
    left -= unitCount(order);
    ready.push(order);
  }
  return { ready, waiting };
}

/** Hands the orders out to the packers in turn. */
export function dealToPackers(orders: readonly Order[], packers: number): string[][] {
  const hands: string[][] = [];
  for (let packer = 0; packer < packers; packer += 1) {
    hands.push([]);
  }
  orders.forEach((order, position) => {
    hands[position % packers].push(order.id);
  });
  return hands;
}
