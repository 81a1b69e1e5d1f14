// range(3) is 0, 1, 2; range(2, 5) is 2, 3, 4.
export function range(...bounds) {
  const [start, end] = bounds.length === 1 ? [0, bounds[0]] : bounds;
  const list = [];
  for (let i = start; i < end; i += 1) list.push(i);
  return list;
}

export function rows({ first, last }) {
  return range(first, last).map((i) => `row ${i}`);
}
