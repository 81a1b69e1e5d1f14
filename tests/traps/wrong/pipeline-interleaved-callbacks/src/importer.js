export function parseRows(text) {
  return text.split('\n').filter(Boolean).map((line) => line.split(';'));
}

// `accept` sees every row before the first one is converted: converters may rely on what it collected.
export function importRows(rows, accept, convert) {
  return rows.filter((row) => accept(row)).map((row) => convert(row));
}

export function importPrices(text) {
  let currency = 'EUR';
  const accept = (row) => {
    if (row[0] === '@currency') {
      currency = row[1];
      return false;
    }
    return row.length === 2;
  };
  return importRows(parseRows(text), accept, ([article, price]) => `${article}: ${Number(price).toFixed(2)} ${currency}`);
}
