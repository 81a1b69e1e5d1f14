export function renderRows(rows, schema) {
  const lines = [];
  for (const row of rows) {
    const columns = Object.keys(schema)
      .filter((name) => !schema[name].hidden)
      .sort((a, b) => schema[a].order - schema[b].order);
    lines.push(columns.map((name) => String(row[name] ?? '')).join(';'));
  }
  return lines;
}

export function header(schema) {
  return Object.keys(schema)
    .filter((name) => !schema[name].hidden)
    .sort((a, b) => schema[a].order - schema[b].order)
    .map((name) => schema[name].title ?? name)
    .join(';');
}

export function toCsv(rows, schema) {
  return [header(schema), ...renderRows(rows, schema)].join('\n');
}
