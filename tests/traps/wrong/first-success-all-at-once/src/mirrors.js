// Asks one mirror after the other until one answers.
export async function firstOf(mirrors, name) {
  let last = new Error('no mirrors');
  for (const mirror of mirrors) {
    try {
      return await mirror(name);
    } catch (error) {
      last = error;
    }
  }
  throw last;
}

export const broken = (reason) => async () => {
  throw new Error(reason);
};

export const fixed = (table) => async (name) => {
  await null;
  if (!table.has(name)) throw new RangeError(`no ${name}`);
  return table.get(name);
};
