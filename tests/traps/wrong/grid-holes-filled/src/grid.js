'use strict';

function parseAddress(address) {
  const match = /^([A-Z]+)(\d+)$/.exec(address);
  if (!match) throw new TypeError(`not a cell: ${address}`);
  let column = 0;
  for (const letter of match[1]) column = column * 26 + letter.charCodeAt(0) - 64;
  return { column: column - 1, row: Number(match[2]) - 1 };
}

// Rows are sparse: a column that was never set does not exist.
function toRows(cells) {
  const rows = [];
  for (const [address, value] of Object.entries(cells)) {
    const { column, row } = parseAddress(address);
    while (rows.length <= row) rows.push([]);
    rows[row][column] = value;
  }
  return rows;
}

function renderRow(row) {
  return row.map((value) => (typeof value === 'number' ? value.toFixed(2) : value == null ? '' : String(value)));
}

function toTsv(cells) {
  return toRows(cells).map((row) => renderRow(row).join('\t')).join('\n');
}

module.exports = { parseAddress, renderRow, toRows, toTsv };
