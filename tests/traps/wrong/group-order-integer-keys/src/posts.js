export function parsePost(line) {
  const [date, ...title] = line.split(' ');
  const [year, month, day] = date.split('-').map(Number);
  return { year, month, day, title: title.join(' ') };
}

// One group a year, in the order in which the years come up in the list.
export function groupByYear(posts) {
  const groups = new Map();
  for (const post of posts) {
    const group = groups.get(post.year);
    if (group) group.push(post);
    else groups.set(post.year, [post]);
  }
  return Array.from(groups.values());
}

export function archive(lines) {
  const posts = lines.map(parsePost);
  return groupByYear(posts)
    .map((group) => ({ year: group[0].year, count: group.length }))
    .sort((a, b) => b.year - a.year);
}
