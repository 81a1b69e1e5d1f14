export class Matrix {
  constructor(rows) {
    this.rows = rows;
  }

  static identity(size) {
    return new Matrix(Array.from({ length: size }, (_, i) => Array.from({ length: size }, (__, j) => (i === j ? 1 : 0))));
  }

  get width() {
    return this.rows.length === 0 ? 0 : this.rows[0].length;
  }

  column(index) {
    return this.rows.map((row) => row[index]);
  }

  multiply(other) {
    if (this.width !== other.rows.length) throw new RangeError(`${this.width} columns times ${other.rows.length} rows`);
    return new Matrix(
      this.rows.map((row) =>
        Array.from({ length: other.width }, (_, j) => other.column(j).reduce((sum, value, k) => sum + row[k] * value, 0)),
      ),
    );
  }

  power(exponent) {
    let result = Matrix.identity(this.rows.length);
    for (let i = 0; i < exponent; i++) result = result.multiply(this);
    return result;
  }
}
