// The values of a list, each once, in their order.
export function unique(values) {
  const found = [];
  for (const value of values) {
    if (!found.includes(value)) found.push(value);
  }
  return found;
}

export function countUnique(values) {
  return unique(values).length;
}
