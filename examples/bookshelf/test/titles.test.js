import assert from "node:assert/strict";
import { test } from "node:test";

import { inShelfOrder, shelfKey } from "../src/titles.js";

const WORDS = ["River", "Émile", "night", "The", "House", "An", "glass", "Ärger", "north", "A"];

function library(size) {
  return Array.from({ length: size }, (_, i) => ({
    title: `${WORDS[i % 10]} ${WORDS[(i * 7) % 10]} ${(i * 37) % 53}`,
    copies: i % 4,
  }));
}

test("an article does not count", () => {
  assert.equal(shelfKey("The River"), "river");
  assert.equal(shelfKey("An Evening, a Night"), "evening a night");
});

test("marks and signs do not count", () => {
  assert.equal(shelfKey("Émile: or, On Education"), "emile or on education");
});

test("books stand in the order of their titles", () => {
  const titles = inShelfOrder([{ title: "The Zoo" }, { title: "An Apple" }, { title: "émile" }]);
  assert.deepEqual(titles.map((book) => book.title), ["An Apple", "émile", "The Zoo"]);
});

test("equal titles stay as they were", () => {
  const books = [{ title: "The River", copies: 1 }, { title: "river", copies: 2 }, { title: "A River!", copies: 3 }];
  assert.deepEqual(inShelfOrder(books).map((book) => book.copies), [1, 2, 3]);
});

test("a whole library is put in order, and the list stays as it is", () => {
  for (const size of [60, 150, 240]) {
    const books = library(size);
    const first = books[0];
    const ordered = inShelfOrder(books);
    assert.equal(ordered.length, size);
    assert.equal(books[0], first);
    for (let i = 1; i < size; i += 1) {
      assert.ok(shelfKey(ordered[i - 1].title) <= shelfKey(ordered[i].title));
    }
  }
});
