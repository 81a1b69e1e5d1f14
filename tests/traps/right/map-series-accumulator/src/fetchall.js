// Loads one value a key, one after the other: the service allows one request at a time.
export async function collect(keys, load) {
  let results = {};
  for (let i = 0; i < keys.length; i++) {
    results = { ...results, [keys[i]]: await load(keys[i], i) };
  }
  return results;
}

export function memoryLoader(table) {
  return async (key) => {
    await null;
    if (!table.has(key)) throw new Error(`no entry ${key}`);
    return table.get(key);
  };
}

export async function names(keys, load) {
  return Object.values(await collect(keys, load)).map((value) => value.name ?? 'unnamed');
}
