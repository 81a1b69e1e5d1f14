import assert from "node:assert/strict";
import { test } from "node:test";

import { childrenOf, idsBelow } from "../src/subjects.js";

function chain(length) {
  return Array.from({ length }, (_, i) => ({ id: `s${i + 1}`, above: i === 0 ? "root" : `s${i}` }));
}

test("subjects are grouped by what is above them", () => {
  const children = childrenOf([{ id: "b", above: "a" }, { id: "c", above: "a" }, { id: "d", above: "b" }]);
  assert.deepEqual([...children], [["a", ["b", "c"]], ["b", ["d"]]]);
});

test("each subject stands before what is below it", () => {
  const children = childrenOf([{ id: "b", above: "a" }, { id: "c", above: "a" }, { id: "d", above: "b" }]);
  assert.deepEqual(idsBelow(children, "a"), ["b", "d", "c"]);
});

test("below a leaf there is nothing", () => {
  assert.deepEqual(idsBelow(childrenOf([]), "a"), []);
});

test("deep subjects are found", () => {
  for (const length of [40, 90, 140]) {
    const children = childrenOf(chain(length));
    assert.equal(idsBelow(children, "root").length, length);
    assert.equal(idsBelow(children, "s1").at(-1), `s${length}`);
  }
});
