const FACTORS = { px: 1, pt: 4 / 3, pc: 16, in: 96, cm: 96 / 2.54, mm: 96 / 25.4 };

// "12pt" in pixels; NaN for anything else.
export function pixels(text) {
  const found = /^\s*([-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?)\s*([a-z]+)\s*$/i.exec(text);
  if (found === null) return NaN;
  const unit = Object.keys(FACTORS).find((name) => name === found[2].toLowerCase().trim());
  return unit === undefined ? NaN : Number.parseFloat(found[1]) * FACTORS[unit];
}

// The widths of the cells of a table in pixels, row by row.
export function widths(rows) {
  return rows.map((row) => row.map((cell) => pixels(cell)));
}
