export function round2(amount) {
  return Number(amount.toFixed(2));
}

export function interest(balance, yearly, days) {
  return round2((balance * yearly * days) / 36500);
}

// Month by month: interest on the running balance, minus the payment.
export function schedule(balance, yearly, payment, months) {
  const rows = [];
  let open = balance;
  for (let month = 1; month <= months && open > 0; month++) {
    const cost = interest(open, yearly, 30);
    const paid = Math.min(payment, round2(open + cost));
    open = round2(open + cost - paid);
    rows.push({ month, cost, paid, open });
  }
  return rows;
}
