export function total(values) {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i];
  return sum;
}

export function mean(values) {
  return values.length === 0 ? NaN : total(values) / values.length;
}

// Consumption of a day from the quarter-hour meter values, in kWh.
export function day(meter) {
  const used = [];
  for (let i = 1; i < meter.length; i++) used.push(Math.max(0, meter[i] - meter[i - 1]));
  return { used: total(used), mean: mean(used), peak: used.length ? Math.max(...used) : 0 };
}

export function report(meter) {
  const { used, mean: average, peak } = day(meter);
  return `${used.toFixed(1)} kWh, ${average.toFixed(2)} on average, ${peak.toFixed(2)} at most`;
}
