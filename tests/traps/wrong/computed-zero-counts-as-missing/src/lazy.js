// A column whose cells are computed when they are first read.
export class LazyColumn {
  constructor(compute, cells = new Map()) {
    this.compute = compute;
    this.cells = cells;
  }

  at(index) {
    if (!this.cells.has(index)) this.cells.set(index, this.compute(index));
    return this.cells.get(index);
  }

  sum(length) {
    let sum = 0;
    for (let i = 0; i < length; i++) sum += this.at(i);
    return sum;
  }

  reset(index) {
    this.cells.delete(index);
    return this;
  }
}
