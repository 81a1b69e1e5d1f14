// A cursor over stored rows that has to be closed by whoever reads it.
export class Cursor {
  constructor(rows) {
    this.rows = rows;
    this.position = 0;
    this.open = true;
  }

  [Symbol.iterator]() {
    return this;
  }

  next() {
    if (this.position < this.rows.length) return { done: false, value: this.rows[this.position++] };
    this.open = false;
    return { done: true, value: undefined };
  }

  return() {
    this.open = false;
    return { done: true, value: undefined };
  }
}

export function take(cursor, count) {
  const rows = [];
  if (count <= 0) return rows;
  for (const row of cursor) {
    rows.push(row);
    if (rows.length === count) break;
  }
  return rows;
}

export function page(rows, number, size) {
  return take(new Cursor(rows.slice(number * size)), size);
}
