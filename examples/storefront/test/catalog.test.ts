import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { attributeMap, countFacets } from "../src/catalog/attributes.js";
import { breadcrumbTrails, buildTree, descendantIds, pathTo } from "../src/catalog/categories.js";
import { findProduct, groupByBrand, indexBySku, priceRange, requireProduct } from "../src/catalog/index.js";
import { CATEGORIES, product } from "./fixtures.js";

describe("product index", () => {
  it("keys every product by its SKU, in catalogue order", () => {
    const index = indexBySku([product("B2"), product("A1"), product("10")]);
    assert.deepEqual(Object.keys(index), ["sku:B2", "sku:A1", "sku:10"]);
    assert.equal(index["sku:A1"].sku, "A1");
  });

  it("keeps the first position and the last product of a repeated SKU", () => {
    const index = indexBySku([product("A1", { stock: 1 }), product("B2"), product("A1", { stock: 7 })]);
    assert.deepEqual(Object.keys(index), ["sku:A1", "sku:B2"]);
    assert.equal(index["sku:A1"].stock, 7);
  });

  it("starts from an empty index every time", () => {
    indexBySku([product("A1")]);
    assert.deepEqual(indexBySku([]), {});
  });

  it("finds products, also under an odd SKU", () => {
    const index = indexBySku([product("__proto__"), product("A1")]);
    assert.equal(findProduct(index, "__proto__")?.sku, "__proto__");
    assert.equal(findProduct(index, "constructor"), undefined);
    assert.throws(() => requireProduct(index, "ZZ"), { code: "unknown-sku" });
  });

  it("indexes a large range", () => {
    const range = [];
    for (let i = 0; i < 400; i += 1) {
      range.push(product(`L${i}`, { priceCents: i }));
    }
    const index = indexBySku(range);
    assert.equal(Object.keys(index).length, 400);
    assert.equal(requireProduct(index, "L399").priceCents, 399);
  });

  it("computes the price range and the brands", () => {
    const products = [product("A", { priceCents: 5 }), product("B", { priceCents: 2, brand: "Helix" })];
    assert.deepEqual(priceRange(products), { minCents: 2, maxCents: 5 });
    assert.equal(priceRange([]), undefined);
    assert.deepEqual([...groupByBrand(products).keys()], ["Arbor", "Helix"]);
  });
});

describe("attributes", () => {
  it("lets the later value win", () => {
    const map = attributeMap([
      { name: "colour", value: "red" },
      { name: "size", value: "L" },
      { name: "colour", value: "blue" },
    ]);
    assert.deepEqual(map, { colour: "blue", size: "L" });
  });

  it("keeps whatever name a merchant chose as an ordinary attribute", () => {
    const map = attributeMap([
      { name: "__proto__", value: "steel" },
      { name: "toString", value: "yes" },
    ]);
    assert.deepEqual(Object.keys(map), ["__proto__", "toString"]);
    assert.equal(Object.getOwnPropertyDescriptor(map, "__proto__")?.value, "steel");
  });

  it("counts facets, the most frequent first", () => {
    const red = { name: "colour", value: "red" };
    const blue = { name: "colour", value: "blue" };
    const facets = countFacets([
      product("A", { attributes: [blue] }),
      product("B", { attributes: [red] }),
      product("C", { attributes: [red] }),
    ]);
    assert.deepEqual(facets, [
      { ...red, count: 2 },
      { ...blue, count: 1 },
    ]);
  });
});

describe("categories", () => {
  it("walks from the root to a category", () => {
    const tree = buildTree(CATEGORIES);
    const ids = pathTo(tree, "kettles").map((category) => category.id);
    assert.deepEqual(ids, ["home", "kitchen", "kettles"]);
    assert.deepEqual(pathTo(tree, "nowhere"), []);
  });

  it("gives each level its own breadcrumb trail", () => {
    const trails = breadcrumbTrails(buildTree(CATEGORIES), "kettles");
    assert.deepEqual(
      trails.map((trail) => trail.length),
      [1, 2, 3],
    );
    assert.deepEqual(trails[0], [{ label: "Home", href: "/c/home" }]);
    assert.equal(trails[2][2].href, "/c/home/kitchen/kettles");
  });

  it("lists descendants depth first and refuses nonsense", () => {
    const tree = buildTree(CATEGORIES);
    assert.deepEqual(descendantIds(tree, "home"), ["kitchen", "kettles"]);
    assert.throws(() => buildTree([CATEGORIES[0], CATEGORIES[0]]), { code: "duplicate-category" });
    const loop = buildTree([
      { id: "a", name: "A", parentId: "b" },
      { id: "b", name: "B", parentId: "a" },
    ]);
    assert.throws(() => pathTo(loop, "a"), { code: "category-cycle" });
  });
});
