'use strict';

// Ids of the old system are numbers, ids of the new one are strings;
// both systems count from 1, so 7 and '7' are different articles.
function parseMovements(rows) {
  return rows.map(([system, id, amount]) => ({ id: system === 'old' ? Number(id) : id, amount }));
}

function totalsById(movements) {
  const totals = new Map();
  for (const { id, amount } of movements) {
    totals.set(id, (totals.has(id) ? totals.get(id) : 0) + amount);
  }
  const list = [];
  for (const [id, total] of totals) list.push({ id: String(id), total });
  return list;
}

function inventoryValue(movements, price) {
  return totalsById(movements).reduce((sum, entry) => sum + entry.total * price, 0);
}

module.exports = { inventoryValue, parseMovements, totalsById };
