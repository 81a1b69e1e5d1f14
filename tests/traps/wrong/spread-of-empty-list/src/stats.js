export function extent(values) {
  return { min: Math.min(...values), max: Math.max(...values) };
}

export function histogram(values, buckets) {
  const { min, max } = extent(values);
  const width = (max - min) / buckets || 1;
  const counts = new Array(buckets).fill(0);
  for (const value of values) counts[Math.min(buckets - 1, Math.floor((value - min) / width))] += 1;
  return counts;
}

export function describe(name, values) {
  const { min, max } = extent(values);
  if (values.length === 0) return `${name}: no values`;
  return `${name}: ${values.length} values from ${min} to ${max}`;
}
