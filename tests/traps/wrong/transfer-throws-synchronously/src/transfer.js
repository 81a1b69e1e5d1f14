export function openBank(balances) {
  return { balances: new Map(Object.entries(balances)), log: [] };
}

function check(bank, { from, to, amount }) {
  if (!(amount > 0)) throw new RangeError(`amount must be positive: ${amount}`);
  for (const account of [from, to]) {
    if (!bank.balances.has(account)) throw new ReferenceError(`no account ${account}`);
  }
}

async function book(bank, { from, to, amount }) {
  const left = bank.balances.get(from) - amount;
  if (left < 0) throw new Error(`not enough on ${from}`);
  bank.balances.set(from, left);
  bank.balances.set(to, bank.balances.get(to) + amount);
  bank.log.push(`${from} -> ${to}: ${amount}`);
  return left;
}

// Books one order and resolves to the new balance of the payer.
export async function transfer(bank, order) {
  check(bank, order);
  return await book(bank, order);
}
