export function parseUser(line) {
  const [id, name, role = 'member'] = line.split(':');
  return { id, name, role };
}

// Users by id; the last one with an id counts.
export function indexById(users) {
  return users.reduce((index, user) => ({ ...index, [user.id]: user }), {});
}

export function attachAuthors(posts, users) {
  const index = indexById(users);
  return posts.map((post) => ({ ...post, author: index[post.authorId]?.name ?? 'unknown' }));
}

export function countRoles(users) {
  const counts = new Map();
  for (const { role } of users) counts.set(role, (counts.get(role) ?? 0) + 1);
  return counts;
}
