export class Params {
  constructor(pairs = []) {
    this.pairs = pairs;
  }

  static parse(text) {
    return new Params(text.split('&').filter(Boolean).map((part) => part.split('=').map(decodeURIComponent)));
  }

  getAll(name) {
    return this.pairs.filter(([key]) => key === name).map(([, value]) => value);
  }

  with(name, value) {
    return new Params([...this.pairs, [name, String(value)]]);
  }

  without(name, value) {
    return new Params(this.pairs.filter((pair) => !(pair[0] === name && (value === undefined || pair[1] === String(value)))));
  }

  toString() {
    return this.pairs.map((pair) => pair.map(encodeURIComponent).join('=')).join('&');
  }
}
