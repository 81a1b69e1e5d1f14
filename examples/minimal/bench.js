import { tagNames } from "./src/tags.js";

const articles = Array.from({ length: 6000 }, (_, index) => ({ tag: ` tag-${index} ` }));
let characters = 0;
for (let round = 0; round < 8; round += 1) {
  characters += tagNames(articles).join("").length;
}
console.log(`tagNames: ${characters} characters`);
