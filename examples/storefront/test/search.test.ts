import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { notYetBought, rankByTaste, recommend, tasteOf } from "../src/recommendations/related.js";
import { matchedTerms, search } from "../src/search/matcher.js";
import { isProductCode, parseQuery } from "../src/search/query.js";
import { line, product } from "./fixtures.js";

describe("query", () => {
  it("knows product codes in any case", () => {
    for (const code of ["sku-12", "SKU:900", "Ref-1", "ean:4006381333931"]) {
      assert.equal(isProductCode(code), true, code);
    }
    for (const word of ["sku", "sku-", "sku-12a", "my-sku-12", "isbn-12", ""]) {
      assert.equal(isProductCode(word), false, word);
    }
  });

  it("gives the same answer when asked again", () => {
    assert.deepEqual(
      [isProductCode("ref-77"), isProductCode("ref-77"), isProductCode("ref-77")],
      [true, true, true],
    );
  });

  it("takes a query apart", () => {
    assert.deepEqual(parseQuery("Red  Kettle SKU-123 -plastic <49.90"), {
      codes: ["123"],
      terms: ["red", "kettle"],
      excluded: ["plastic"],
      maxCents: 4990,
    });
  });

  it("ignores a price limit that is none", () => {
    assert.equal(parseQuery("lamp <cheap").maxCents, undefined);
  });
});

describe("matching", () => {
  const kettle = product("K1", { title: "Electric Teakettle", brand: "Helix", tags: ["kitchen", "steel"] });

  it("finds terms inside longer words", () => {
    assert.deepEqual(matchedTerms(kettle, ["kettle", "eel", "wood", "helix ki"]), ["kettle", "eel", "helix ki"]);
  });

  it("ranks the better hit first and honours limits", () => {
    const lamp = product("L1", { title: "Steel Lamp", priceCents: 9000 });
    const gone = product("K2", { title: "Steel Kettle", stock: 0 });
    const hits = search([lamp, gone, kettle], parseQuery("steel kettle"), 5);
    assert.deepEqual(
      hits.map((hit) => [hit.product.sku, hit.score]),
      [
        ["K1", 4],
        ["K2", 2],
        ["L1", 1],
      ],
    );
    assert.equal(search([lamp, gone, kettle], parseQuery("steel kettle"), 1).length, 1);
    assert.deepEqual(search([lamp], parseQuery("steel <50"), 5), []);
    assert.deepEqual(search([lamp], parseQuery("lamp -steel"), 5), []);
  });
});

describe("recommendations", () => {
  const products = [product("A"), product("B"), product("C"), product("D")];

  it("leaves out what was bought", () => {
    const offered = notYetBought(products, [line("B"), line("D"), line("B"), line("X")]);
    assert.deepEqual(
      offered.map((item) => item.sku),
      ["A", "C"],
    );
  });

  it("offers everything to a new customer, and as a new list", () => {
    const offered = notYetBought(products, []);
    assert.deepEqual(offered, products);
    assert.notEqual(offered, products);
  });

  it("copes with a long history", () => {
    const range = [];
    const history = [];
    for (let i = 0; i < 600; i += 1) {
      range.push(product(`P${i}`));
      if (i % 3 === 0) {
        history.push(line(`P${i}`));
      }
    }
    const offered = notYetBought(range, history);
    assert.equal(offered.length, 400);
    assert.equal(offered[0].sku, "P1");
  });

  it("ranks by taste", () => {
    const taste = tasteOf([product("T", { priceCents: 1000, categoryId: "kitchen" })]);
    const near = product("N", { priceCents: 1100, categoryId: "kitchen" });
    const far = product("F", { priceCents: 9000, categoryId: "kitchen" });
    assert.deepEqual(rankByTaste([far, near], taste), [near, far]);
    assert.deepEqual(recommend([far, near], [line("N")], taste, 3), [far]);
    assert.equal(tasteOf([]).averageCents, 0);
  });
});
