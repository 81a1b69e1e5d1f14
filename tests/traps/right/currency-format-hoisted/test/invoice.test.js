import test from 'node:test';
import assert from 'node:assert/strict';
import { lineTotal, money, render } from '../src/invoice.js';

const invoice = {
  number: 'A-17',
  items: Array.from({ length: 40 }, (_, i) => ({ name: `part ${i}`, quantity: 1 + (i % 4), price: 9.99 + i, discount: i % 5 ? 0 : 0.1 })),
};

test('amounts', () => {
  assert.equal(money(1234.5), '$1,234.50');
  assert.equal(money(-3), '-$3.00');
  assert.equal(money(0), '$0.00');
});

test('lines', () => {
  assert.equal(lineTotal({ quantity: 3, price: 0.1 }), 0.3);
  assert.equal(lineTotal({ quantity: 1, price: 10, discount: 0.25 }), 7.5);
});

test('an invoice', () => {
  const lines = render(invoice).split('\n');
  assert.equal(lines.length, 42);
  assert.equal(lines[2], '2 x part 1 at $10.99 = $21.98');
});

test('an empty invoice', () => {
  assert.equal(render({ number: 1, items: [] }), 'Invoice 1\nTotal $0.00');
});
