import type { Order } from "../types.js";

export function hasGiftCode(note: string): boolean {
  const giftCode = new RegExp("\\bgift-[a-z0-9]{6}\\b", "gi");
  return giftCode.test(note);
}

export function ordersWithGiftCode(orders: readonly Order[]): Order[] {
  return orders.filter((order) => order.note !== undefined && hasGiftCode(order.note));
}

/** Notes are printed on the parcel, so no line breaks and nothing longer than the label. */
export function labelText(note: string, width: number): string {
  const line = note.replace(/\s+/g, " ").trim();
  return line.length <= width ? line : `${line.slice(0, width - 1)}…`;
}
