import { ShopError, type Store } from "../types.js";

export function formatUsd(cents: number): string {
  return new Intl.NumberFormat("en-US", { style: "currency", currency: "USD" }).format(cents / 100);
}

export function formatForStore(store: Store, cents: number): string {
  const formatter = new Intl.NumberFormat(store.locale, {
    style: "currency",
    currency: store.currency,
  });
  return formatter.format(cents / 100);
}

export function parseCents(text: string): number {
  const match = /^\$?(\d+)(?:\.(\d{2}))?$/.exec(text.trim());
  if (match === null) {
    throw new ShopError("bad-amount", `Not an amount: ${text}`);
  }
  return Number(match[1]) * 100 + Number(match[2] ?? 0);
}

/** Splits an amount by weight so that the parts add up to it to the cent. */
export function allocateCents(total: number, weights: readonly number[]): number[] {
  let weightSum = 0;
  for (const weight of weights) {
    weightSum += weight;
  }
  if (weightSum <= 0) {
    throw new ShopError("bad-weights", "The weights must add up to more than zero");
  }
  const parts: number[] = [];
  let seen = 0;
  let given = 0;
  for (const weight of weights) {
    seen += weight;
    const upTo = Math.round((total * seen) / weightSum);
    parts.push(upTo - given);
    given = upTo;
  }
  return parts;
}
