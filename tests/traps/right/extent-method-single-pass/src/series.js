export class Series {
  constructor(name, points) {
    this.name = name;
    this.points = points;
  }

  static from(name, values) {
    return new Series(name, values.map((y, x) => ({ x, y })));
  }

  extent() {
    return {
      low: Math.min(...this.points.map((point) => point.y)),
      high: Math.max(...this.points.map((point) => point.y)),
    };
  }

  scaled(height) {
    const { low, high } = this.extent();
    const factor = high > low ? height / (high - low) : 0;
    return this.points.map((point) => Math.round((point.y - low) * factor));
  }
}

export function tallest(series) {
  return series.reduce((best, one) => (best === null || one.extent().high > best.extent().high ? one : best), null);
}
