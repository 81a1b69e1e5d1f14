import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Cart } from "../src/cart/cart.js";
import { dropIncompatible } from "../src/cart/compatibility.js";
import { indexBySku } from "../src/catalog/index.js";
import { DEFAULT_FEATURES, isEnabled, withOverrides } from "../src/settings/features.js";
import { product } from "./fixtures.js";

describe("cart", () => {
  const index = indexBySku([product("A1"), product("B2", { priceCents: 250, stock: 3 })]);

  it("adds up quantities and totals", () => {
    const cart = new Cart(index);
    cart.add("A1");
    cart.add("B2", 2);
    cart.add("A1", 3);
    assert.deepEqual(cart.totals(), { quantity: 6, listCents: 4500, payCents: 4500, savedCents: 0 });
    const discount = { code: "TEN", percent: 10, minimumQuantity: 4 };
    assert.equal(cart.totals([discount]).savedCents, 400);
  });

  it("refuses what is not there", () => {
    const cart = new Cart(index);
    cart.add("B2", 3);
    assert.throws(() => cart.add("B2"), { code: "out-of-stock" });
    assert.throws(() => cart.add("C3"), { code: "unknown-sku" });
    assert.throws(() => cart.add("A1", 0), { code: "bad-quantity" });
  });

  it("removes lines", () => {
    const cart = new Cart(index);
    cart.add("A1");
    assert.equal(cart.remove("A1"), true);
    assert.equal(cart.remove("A1"), false);
    assert.deepEqual(cart.lines(), []);
  });
});

describe("compatibility", () => {
  const skus = (products: Array<{ sku: string }>): string[] => products.map((item) => item.sku);

  it("drops recalled products", () => {
    const sifted = dropIncompatible([product("A"), product("B")], [{ sku: "A", since: "2025-01-01" }]);
    assert.deepEqual(skus(sifted.kept), ["B"]);
    assert.deepEqual(skus(sifted.dropped), ["A"]);
  });

  it("lets a kept product push out later ones", () => {
    const sifted = dropIncompatible(
      [product("A", { incompatibleWith: ["B"] }), product("B", { incompatibleWith: ["C"] }), product("C")],
      [],
    );
    assert.deepEqual(skus(sifted.kept), ["A", "C"]);
    assert.deepEqual(skus(sifted.dropped), ["B"]);
  });
});

describe("features", () => {
  it("applies overrides for one customer only", () => {
    const before = { ...DEFAULT_FEATURES };
    const mine = withOverrides(DEFAULT_FEATURES, [
      { feature: "express-checkout", enabled: true, expires: 0 },
      { feature: "reviews", enabled: false, expires: 0 },
    ]);
    assert.equal(isEnabled(mine, "express-checkout"), true);
    assert.equal(isEnabled(mine, "reviews"), false);
    assert.deepEqual(DEFAULT_FEATURES, before);
    assert.equal(isEnabled(withOverrides(DEFAULT_FEATURES, []), "express-checkout"), false);
  });

  it("treats unknown features as off", () => {
    assert.equal(isEnabled(DEFAULT_FEATURES, "teleport"), false);
  });
});
