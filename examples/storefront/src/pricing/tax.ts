import type { OrderLine } from "../types.js";

export interface TaxZone {
  region: string;
  basisPoints: number;
  reliefs: TaxRelief[];
}

export interface TaxRelief {
  department: string;
  reason: string;
}

export interface TaxLine extends OrderLine {
  department: string;
}

export interface TaxResult {
  taxableCents: number;
  exemptCents: number;
  taxCents: number;
}

export function computeTax(lines: readonly TaxLine[], zone: TaxZone): TaxResult {
  const exempt = zone.reliefs.map((relief) => relief.department);
  let taxableCents = 0;
  let exemptCents = 0;
  for (const line of lines) {
    const cents = line.unitCents * line.quantity;
    if (exempt.includes(line.department)) {
      exemptCents += cents;
    } else {
      taxableCents += cents;
    }
  }
  return {
    taxableCents,
    exemptCents,
    taxCents: Math.round((taxableCents * zone.basisPoints) / 10_000),
  };
}
