import { formatUsd } from "../pricing/money.js";
import { orderTotal } from "../orders/order.js";
import type { Order } from "../types.js";

export interface Invoice {
  number: string;
  issued: string;
  rows: string[];
  totalCents: number;
}

/** The date as the till's own clock shows it. */
export function formatIssued(date: Date): string {
  const formatter = new Intl.DateTimeFormat("en-GB", { dateStyle: "medium", timeStyle: "short" });
  return formatter.format(date);
}

export function buildInvoice(order: Order, number: number): Invoice {
  const rows: string[] = [];
  for (const line of order.lines) {
    const price = formatUsd(line.unitCents * line.quantity);
    rows.push(`${line.sku.padEnd(12)}${String(line.quantity).padStart(4)}${price.padStart(14)}`);
  }
  return {
    number: `INV-${String(number).padStart(6, "0")}`,
    issued: formatIssued(order.placedAt),
    rows,
    totalCents: orderTotal(order.lines),
  };
}

export function renderInvoice(invoice: Invoice): string {
  const total = formatUsd(invoice.totalCents).padStart(24);
  return [`${invoice.number}  ${invoice.issued}`, ...invoice.rows, `Total ${total}`].join("\n");
}
