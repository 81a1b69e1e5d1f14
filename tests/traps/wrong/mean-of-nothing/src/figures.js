export function total(values) {
  return values.reduce((sum, value) => sum + value, 0);
}

// The mean; 0 when there are no values.
export function mean(values) {
  if (values.length === 0) return 0;
  return total(values) / values.length;
}

export function summary(values) {
  const middle = mean(values);
  return values.length === 0 ? 'no values' : `mean ${middle.toFixed(1)} of ${values.length}`;
}
