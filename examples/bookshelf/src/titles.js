const ARTICLES = ["the ", "a ", "an "];

/** A title as the shelf has it: without its article, marks and case. */
export function shelfKey(title) {
  let key = title.toLowerCase().normalize("NFD").replace(/[\u0300-\u036f]/g, "");
  for (const article of ARTICLES) {
    if (key.startsWith(article)) {
      key = key.slice(article.length);
      break;
    }
  }
  return key.replace(/[^a-z0-9]+/g, " ").trim();
}

/** Books in the order of the shelf; those with equal titles stay as they were. */
export function inShelfOrder(books) {
  return [...books].sort((a, b) => {
    const left = shelfKey(a.title);
    const right = shelfKey(b.title);
    if (left === right) {
      return 0;
    }
    return left < right ? -1 : 1;
  });
}
