import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { bestDiscount, discountedUnit, explainPrices } from "../src/pricing/discounts.js";
import { allocateCents, formatForStore, formatUsd, parseCents } from "../src/pricing/money.js";
import { computeTax, type TaxZone } from "../src/pricing/tax.js";
import { line } from "./fixtures.js";

describe("money", () => {
  it("formats US dollars", () => {
    assert.equal(formatUsd(123_456), "$1,234.56");
    assert.equal(formatUsd(0), "$0.00");
    assert.equal(formatUsd(-5), "-$0.05");
    assert.equal(formatUsd(100_000_000), "$1,000,000.00");
  });

  it("formats for the store at hand", () => {
    const paris = { name: "Paris", locale: "fr-FR", currency: "EUR" };
    const tokyo = { name: "Tokyo", locale: "ja-JP", currency: "JPY" };
    assert.equal(formatForStore(paris, 123_456).replace(/\s/g, " "), "1 234,56 €");
    assert.match(formatForStore(tokyo, 123_400), /1,234$/);
    assert.equal(formatForStore({ ...paris, locale: "en-US" }, 50), "€0.50");
  });

  it("parses amounts", () => {
    assert.equal(parseCents(" $12.30 "), 1230);
    assert.equal(parseCents("7"), 700);
    assert.throws(() => parseCents("7.5"), { code: "bad-amount" });
  });

  it("allocates to the cent", () => {
    assert.deepEqual(allocateCents(100, [1, 1, 1]), [33, 34, 33]);
    assert.throws(() => allocateCents(100, [0]), { code: "bad-weights" });
  });
});

describe("discounts", () => {
  const bulk = { code: "BULK", percent: 20, minimumQuantity: 5 };
  const small = { code: "SMALL", percent: 5, minimumQuantity: 1 };

  it("applies from the minimum quantity on", () => {
    assert.equal(discountedUnit(line("A", 4), bulk), 1000);
    assert.equal(discountedUnit(line("A", 5), bulk), 800);
  });

  it("picks the best one", () => {
    assert.equal(bestDiscount(line("A", 6), [small, bulk])?.code, "BULK");
    assert.equal(bestDiscount(line("A", 1), [small, bulk])?.code, "SMALL");
    assert.equal(bestDiscount(line("A", 1), []), undefined);
  });

  it("explains prices step by step", () => {
    const steps = explainPrices([line("A", 1), line("B", 5), line("A", 2)], bulk);
    assert.deepEqual(steps, [
      { label: "1 x A", cents: { "line:A": 1000 } },
      { label: "5 x B", cents: { "line:A": 1000, "line:B": 4000 } },
      { label: "2 x A", cents: { "line:A": 2000, "line:B": 4000 } },
    ]);
  });
});

describe("tax", () => {
  const zone: TaxZone = {
    region: "NY",
    basisPoints: 1000,
    reliefs: [
      { department: "books", reason: "printed matter" },
      { department: "grocery", reason: "food at home" },
      { department: "medical", reason: "prescription" },
    ],
  };

  it("leaves exempt departments out", () => {
    const lines = [
      { ...line("A", 2, 500), department: "toys" },
      { ...line("B", 1, 700), department: "books" },
      { ...line("C", 3, 100), department: "grocery" },
    ];
    assert.deepEqual(computeTax(lines, zone), { taxableCents: 1000, exemptCents: 1000, taxCents: 100 });
  });

  it("taxes everything where nothing is exempt", () => {
    const lines = [{ ...line("B", 1, 700), department: "books" }];
    assert.equal(computeTax(lines, { ...zone, reliefs: [] }).taxCents, 70);
    assert.equal(computeTax([], zone).taxCents, 0);
  });
});
