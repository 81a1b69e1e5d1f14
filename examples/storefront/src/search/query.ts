export interface SearchQuery {
  codes: string[];
  terms: string[];
  excluded: string[];
  maxCents: number | undefined;
}

export function isProductCode(term: string): boolean {
  const pattern = new RegExp("^(?:sku|ref|ean)[-:]\\d+$", "i");
  return pattern.test(term);
}

export function parseQuery(text: string): SearchQuery {
  const query: SearchQuery = { codes: [], terms: [], excluded: [], maxCents: undefined };
  for (const word of text.split(" ")) {
    if (word === "") {
      continue;
    }
    if (isProductCode(word)) {
      query.codes.push(word.slice(4));
    } else if (word.startsWith("-") && word.length > 1) {
      query.excluded.push(word.slice(1).toLowerCase());
    } else if (word.startsWith("<")) {
      const limit = Number(word.slice(1));
      if (limit > 0) {
        query.maxCents = Math.round(limit * 100);
      }
    } else {
      query.terms.push(word.toLowerCase());
    }
  }
  return query;
}
