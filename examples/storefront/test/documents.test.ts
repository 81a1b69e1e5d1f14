import assert from "node:assert/strict";
import { afterEach, describe, it } from "node:test";
import { buildInvoice, formatIssued, renderInvoice } from "../src/invoices/invoice.js";
import { centsByMonth, monthOf, salesRows, toCsv } from "../src/reports/sales.js";
import { line, order } from "./fixtures.js";

describe("invoices", () => {
  const zone = process.env.TZ;

  afterEach(() => {
    if (zone === undefined) {
      delete process.env.TZ;
    } else {
      process.env.TZ = zone;
    }
  });

  it("shows the time of the till", () => {
    const date = new Date(Date.UTC(2025, 2, 14, 22, 30));
    process.env.TZ = "Asia/Tokyo";
    assert.equal(formatIssued(date), "15 Mar 2025, 07:30");
    process.env.TZ = "America/New_York";
    assert.equal(formatIssued(date), "14 Mar 2025, 18:30");
  });

  it("lists the lines and the total", () => {
    process.env.TZ = "UTC";
    const invoice = buildInvoice(order("O1", { lines: [line("A1", 2, 1250), line("B2", 1, 99_900)] }), 42);
    assert.equal(invoice.totalCents, 102_400);
    assert.equal(
      renderInvoice(invoice),
      [
        "INV-000042  14 Mar 2025, 09:30",
        "A1             2        $25.00",
        "B2             1       $999.00",
        "Total                $1,024.00",
      ].join("\n"),
    );
  });
});

describe("sales report", () => {
  const orders = [
    order("O1", { lines: [line("A", 2, 500)] }),
    order("O2", { placedAt: new Date(Date.UTC(2025, 11, 31, 23, 59)), region: "NY", lines: [line("B"), line("C", 3)] }),
    order("O3", { lines: [] }),
  ];

  it("has one row an order, in order", () => {
    assert.deepEqual(salesRows(orders), [
      { orderId: "O1", month: "2025-03", region: "CA", units: 2, cents: 1000 },
      { orderId: "O2", month: "2025-12", region: "NY", units: 4, cents: 4000 },
      { orderId: "O3", month: "2025-03", region: "CA", units: 0, cents: 0 },
    ]);
  });

  it("gives every caller a list of its own", () => {
    const rows = salesRows([]);
    rows.push(...salesRows(orders));
    assert.deepEqual(salesRows([]), []);
  });

  it("sums by month", () => {
    assert.deepEqual([...centsByMonth(salesRows(orders))], [
      ["2025-03", 1000],
      ["2025-12", 4000],
    ]);
    assert.equal(monthOf(new Date(Date.UTC(2024, 0, 1))), "2024-01");
  });

  it("exports CSV", () => {
    assert.equal(
      toCsv(salesRows([orders[0]])),
      "order,month,region,units,cents\nO1,2025-03,CA,2,1000\n",
    );
  });
});
