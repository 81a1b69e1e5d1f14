import { findProduct, indexBySku } from "../src/catalog/index.js";
import { planDispatch } from "../src/orders/dispatch.js";
import { formatUsd } from "../src/pricing/money.js";
import { computeTax } from "../src/pricing/tax.js";
import { notYetBought } from "../src/recommendations/related.js";
import { salesRows } from "../src/reports/sales.js";
import { isProductCode } from "../src/search/query.js";
import { Dice, makeBacklog, makeHistory, makeLookups, makeOrders, makeProducts, makeTaxLines, TAX_ZONE } from "./data.js";

const dice = new Dice(20_250_401);
const products = makeProducts(dice, 2_100);
const orders = makeOrders(dice, products, 1_000);
const backlog = makeBacklog(orders, 23_000);
const lookups = makeLookups(dice, 1_200);

const workloads: Array<[name: string, run: () => number]> = [
  ["dispatch", dispatch],
  ["recommendations", recommendations],
  ["product lookups", productLookups],
  ["tax", tax],
  ["catalogue index", catalogueIndex],
  ["sales report", salesReport],
  ["price labels", priceLabels],
];

function catalogueIndex(): number {
  let found = 0;
  for (let shop = 0; shop < 2; shop += 1) {
    const range = products.slice(shop * 540, shop * 540 + 540);
    const index = indexBySku(range);
    for (const product of range) {
      found += findProduct(index, product.sku)?.priceCents ?? 0;
    }
  }
  return found;
}

function salesReport(): number {
  let cents = 0;
  for (const row of salesRows(backlog.slice(0, 6_400))) {
    cents += row.cents + row.units;
  }
  return cents;
}

function recommendations(): number {
  let offered = 0;
  for (let customer = 0; customer < 7; customer += 1) {
    const history = makeHistory(dice, products, 1_200);
    offered += notYetBought(products, history).length;
  }
  return offered;
}

function priceLabels(): number {
  let width = 0;
  for (let i = 0; i < 1_100; i += 1) {
    width += formatUsd(products[i].priceCents).length;
  }
  return width;
}

function productLookups(): number {
  let codes = 0;
  for (let round = 0; round < 330; round += 1) {
    for (const lookup of lookups) {
      if (isProductCode(lookup)) {
        codes += 1;
      }
    }
  }
  return codes;
}

function dispatch(): number {
  const plan = planDispatch(backlog, [
    { id: "north", capacity: 5_800, fallback: "south" },
    { id: "south", capacity: 4_500, fallback: "harbour" },
    { id: "harbour", capacity: 3_200, fallback: null },
  ]);
  return plan.assignments.length * 3 + plan.unplaced.length * 7 + plan.reroutes;
}

function tax(): number {
  let cents = 0;
  const lines = makeTaxLines(dice, 30);
  for (let i = 0; i < 600; i += 1) {
    cents += computeTax(lines.slice(i % 20, (i % 20) + 8), TAX_ZONE).taxCents;
  }
  return cents;
}

let checksum = 0x811c9dc5;
for (const [name, run] of workloads) {
  const result = run();
  checksum = Math.imul(checksum ^ result, 0x01000193) >>> 0;
  console.log(`${name.padEnd(18)}${result}`);
}
console.log(`${"checksum".padEnd(18)}${checksum.toString(16).padStart(8, "0")}`);
