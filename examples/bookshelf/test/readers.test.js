import assert from "node:assert/strict";
import { test } from "node:test";

import { alike, sharedLoans } from "../src/readers.js";

function loans(count, step) {
  return Array.from({ length: count }, (_, i) => `book ${(i * step) % 97}`);
}

test("each loan counts with each", () => {
  assert.equal(sharedLoans(["a", "b", "a"], ["a", "c"]), 2);
  assert.equal(sharedLoans(["a", "a"], ["a", "a", "a"]), 6);
});

test("nobody shares with somebody who borrowed nothing", () => {
  assert.equal(sharedLoans([], ["a"]), 0);
  assert.equal(sharedLoans(["a"], []), 0);
});

test("long lists are compared", () => {
  assert.equal(sharedLoans(loans(97, 1), loans(97, 5)), 97);
  assert.equal(sharedLoans(loans(194, 3), loans(97, 2)), 194);
  assert.equal(sharedLoans(loans(120, 3), loans(150, 7)), sharedLoans(loans(150, 7), loans(120, 3)));
});

test("readers who share the most come first", () => {
  const rows = alike(["a", "b"], [
    { name: "Ada", loans: ["c"] },
    { name: "Ben", loans: ["b"] },
    { name: "Cleo", loans: ["a", "b"] },
  ]);
  assert.deepEqual(rows, [{ name: "Cleo", shared: 2 }, { name: "Ben", shared: 1 }]);
});
