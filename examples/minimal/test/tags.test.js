import assert from "node:assert/strict";
import { test } from "node:test";

import { tagNames } from "../src/tags.js";

test("takes the tag of every article, in order", () => {
  assert.deepEqual(tagNames([{ tag: " a" }, { tag: "b " }]), ["a", "b"]);
});

test("has no tags without articles", () => {
  assert.deepEqual(tagNames([]), []);
});
