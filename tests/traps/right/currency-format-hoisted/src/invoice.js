export function money(amount) {
  return new Intl.NumberFormat('en-US', { style: 'currency', currency: 'USD' }).format(amount);
}

export function lineTotal({ quantity, price, discount = 0 }) {
  return Math.round(quantity * price * (1 - discount) * 100) / 100;
}

export function render(invoice) {
  const lines = invoice.items.map((item) => `${item.quantity} x ${item.name} at ${money(item.price)} = ${money(lineTotal(item))}`);
  const sum = invoice.items.reduce((total, item) => total + lineTotal(item), 0);
  return [`Invoice ${invoice.number}`, ...lines, `Total ${money(sum)}`].join('\n');
}
