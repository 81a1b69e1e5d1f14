import { orderTotal, unitCount } from "../orders/order.js";
import type { Order } from "../types.js";

export interface SalesRow {
  orderId: string;
  month: string;
  region: string;
  units: number;
  cents: number;
}

export function monthOf(date: Date): string {
  return `${date.getUTCFullYear()}-${String(date.getUTCMonth() + 1).padStart(2, "0")}`;
}

export function salesRows(orders: readonly Order[]): SalesRow[] {
  return orders.reduce<SalesRow[]>(
    (rows, order) => [
      ...rows,
      {
        orderId: order.id,
        month: monthOf(order.placedAt),
        region: order.region,
        units: unitCount(order),
        cents: orderTotal(order.lines),
      },
    ],
    [],
  );
}

export function centsByMonth(rows: readonly SalesRow[]): Map<string, number> {
  const months = new Map<string, number>();
  for (const row of rows) {
    months.set(row.month, (months.get(row.month) ?? 0) + row.cents);
  }
  return months;
}

export function toCsv(rows: readonly SalesRow[]): string {
  let csv = "order,month,region,units,cents\n";
  for (const row of rows) {
    csv += `${row.orderId},${row.month},${row.region},${row.units},${row.cents}\n`;
  }
  return csv;
}
