export function entry(text, amount, date = '1970-01-01') {
  if (typeof amount !== 'number') throw new TypeError(`amount of "${text}" is not valid: ${amount}`);
  if (!Number.isFinite(amount)) throw new RangeError(`amount of "${text}" is not valid: ${amount}`);
  return { text, cents: Math.round(amount * 100), date };
}

export function parseLedger(lines) {
  return lines.map((line) => {
    const [date, text, amount] = line.split('\t');
    return entry(text, Number(amount), date);
  });
}

export function balance(entries) {
  let cents = 0;
  for (const item of entries) cents += item.cents;
  return cents / 100;
}
