// Runs the work with what `open` gives and closes it afterwards.
export async function using(open, close, work) {
  const handle = await open();
  try {
    return await work(handle);
  } finally {
    await close(handle);
  }
}

export async function lengths(open, close, names) {
  return using(open, close, async (handle) => {
    await null;
    return names.map((name) => handle.texts[name].length);
  });
}
