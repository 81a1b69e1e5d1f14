import { ShopError, type Order, type OrderLine, type OrderStatus } from "../types.js";

const NEXT_STATUS: Record<OrderStatus, ReadonlySet<OrderStatus>> = {
  draft: new Set(["placed", "cancelled"]),
  placed: new Set(["paid", "cancelled"]),
  paid: new Set(["packed", "cancelled"]),
  packed: new Set(["shipped"]),
  shipped: new Set(),
  cancelled: new Set(),
};

export function canMove(order: Order, status: OrderStatus): boolean {
  return NEXT_STATUS[order.status].has(status);
}

export function moveTo(order: Order, status: OrderStatus): Order {
  if (!canMove(order, status)) {
    throw new ShopError("bad-transition", `Order ${order.id} is ${order.status}, not ready to be ${status}`);
  }
  return { ...order, status };
}

export function orderTotal(lines: readonly OrderLine[]): number {
  let total = 0;
  for (const line of lines) {
    total += line.unitCents * line.quantity;
  }
  return total;
}

export function unitCount(order: Order): number {
  let units = 0;
  for (const line of order.lines) {
    units += line.quantity;
  }
  return units;
}
