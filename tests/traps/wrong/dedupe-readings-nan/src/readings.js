// Parsing and summarising of the sensor log: "<time>;<value>" a line.

export function parseLog(text) {
  const readings = [];
  for (const line of text.split('\n')) {
    if (line.trim() === '' || line.startsWith('#')) continue;
    const [time, value] = line.split(';');
    readings.push({ time: Number(time), value: parseFloat(value) });
  }
  return readings;
}

// The values that were seen, in order of their first appearance.
export function distinctValues(values) {
  return values.filter((value, index) => values.indexOf(value) === index);
}

export function summary(text) {
  const readings = parseLog(text);
  const distinct = distinctValues(readings.map((reading) => reading.value));
  const finite = distinct.filter(Number.isFinite);
  return {
    count: readings.length,
    levels: finite.sort((a, b) => a - b),
    lowest: finite[0],
    highest: finite[finite.length - 1],
  };
}
