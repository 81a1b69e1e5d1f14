// Delivers to all users, at most `width` at a time; resolves to the number delivered.
export async function notifyAll(users, deliver, width = 10) {
  let delivered = 0;
  for (let from = 0; from < users.length; from += width) {
    const jobs = [];
    for (let i = from; i < Math.min(from + width, users.length); i++) {
      jobs.push(
        Promise.resolve().then(async () => {
          if (await deliver(users[i], i)) delivered += 1;
        }),
      );
    }
    await Promise.all(jobs);
  }
  return delivered;
}

export async function announce(users, text) {
  const outbox = new Map();
  const count = await notifyAll(users, async (user) => {
    outbox.set(user, text);
    return true;
  });
  return { count, texts: [...new Set(outbox.values())] };
}
