'use strict';

const EMPTY = null;

function normalizeRow(row) {
  return Array.from(row, (cell) => (cell === undefined || cell === '' ? EMPTY : cell));
}

// Cells as { row, column, value }; what nobody set is empty.
function fromCells(cells) {
  const rows = [];
  for (const { row, column, value } of cells) {
    rows[row] = rows[row] || [];
    rows[row][column] = value;
  }
  return Array.from(rows, (row) => normalizeRow(row || []));
}

function toCsv(rows) {
  return rows.map((row) => row.join(',')).join('\n');
}

module.exports = { fromCells, normalizeRow, toCsv };
