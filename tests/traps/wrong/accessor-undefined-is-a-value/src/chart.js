'use strict';

// Accessors in the manner of charting libraries: without an argument they answer, with one they set.
class Chart {
  constructor(title) {
    this.settings = { title, width: 640, height: 400 };
  }

  title(...values) {
    if (values.length === 0) return this.settings.title;
    this.settings.title = values[0];
    return this;
  }

  size(width, height = width) {
    if (arguments.length === 0) return [this.settings.width, this.settings.height];
    this.settings.width = width;
    this.settings.height = height;
    return this;
  }

  render() {
    const { title, width, height } = this.settings;
    const head = title ? `<title>${title}</title>` : '';
    return `<svg width="${width}" height="${height}">${head}</svg>`;
  }
}

module.exports = { Chart };
