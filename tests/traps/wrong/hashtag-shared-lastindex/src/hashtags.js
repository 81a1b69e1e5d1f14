export function isHashtag(word) {
  const pattern = /^#[\p{L}\p{N}_]{2,30}$/gu;
  return pattern.test(word);
}

export function splitPost(text) {
  const tags = [];
  const words = [];
  for (const word of text.split(/\s+/)) {
    if (word === '') continue;
    if (isHashtag(word)) tags.push(word.slice(1).toLowerCase());
    else words.push(word);
  }
  return { tags, words };
}

export function trending(posts, limit) {
  const counts = new Map();
  for (const post of posts) {
    for (const tag of new Set(splitPost(post).tags)) counts.set(tag, (counts.get(tag) ?? 0) + 1);
  }
  return [...counts].sort((a, b) => b[1] - a[1]).slice(0, limit).map(([tag]) => tag);
}
