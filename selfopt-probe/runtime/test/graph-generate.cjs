'use strict';
// Seeded values for the tests of the graph files, and single changes to them. Everything a value can
// be in data mode occurs: all kinds, aliases, cycles, subclasses, attributes, closed objects.

/** Numbers in [0, 1) from a seed. */
function randomOf(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

class Point {
  constructor(x, y) {
    this.x = x;
    this.y = y;
  }

  get length() {
    throw new Error('a getter ran');
  }
}

class Point3 extends Point {
  constructor(x, y, z) {
    super(x, y);
    this.z = z;
  }
}
class Bag extends Map {}
class Row extends Array {}
class Failure extends RangeError {}
function Old(a) {
  this.a = a;
}
Old.prototype.m = function m() {
  return this.a;
};

const CLASSES = { Point, Point3, Bag, Row, Failure, Old };

const STRINGS = [
  '', 'a', 'key', 'ünïcode', '\ud800', '__proto__', 'constructor', '0', '10', '-1', '4294967295', 'length',
  'x'.repeat(40), '\u0000', 'hasOwnProperty',
];
const NUMBERS = [0, -0, 1, -1, NaN, Infinity, -Infinity, 0.1, 2 ** 31, 2 ** 53, 5e-324, -1e300];

/** A maker of values. */
class Maker {
  constructor(seed, settings) {
    this.random = randomOf(seed);
    // Node's comparison takes prototypes by identity, and finds no invalid date equal to another.
    this.forNode = settings !== undefined && settings.forNode;
    this.made = [];
  }

  below(n) {
    return Math.floor(this.random() * n);
  }

  pick(list) {
    return list[this.below(list.length)];
  }

  primitive() {
    switch (this.below(8)) {
      case 0: return this.pick(STRINGS);
      case 1: return this.pick(NUMBERS);
      case 2: return this.below(1000);
      case 3: return this.random() < 0.5;
      case 4: return null;
      case 5: return undefined;
      case 6: return BigInt(this.below(1000)) ** BigInt(this.below(20)) * (this.random() < 0.5 ? -1n : 1n);
      default: return this.pick([Symbol.iterator, Symbol.for('k'), Symbol.for(''), Symbol.toStringTag]);
    }
  }

  value(depth) {
    if (this.made.length > 0 && this.random() < 0.12) return this.pick(this.made);
    if (depth <= 0 || this.random() < 0.4) return this.random() < 0.05 ? this.named() : this.primitive();
    return this.object(depth);
  }

  named() {
    return this.pick([Math.max, Array.prototype.push, Map.prototype, Point, Old.prototype, JSON, Object, Symbol]);
  }

  keep(object) {
    this.made.push(object);
    return object;
  }

  object(depth) {
    const inner = () => this.value(depth - 1);
    switch (this.below(17)) {
      case 0: case 1: case 2: return this.fields(this.keep({}), depth);
      case 3: case 4: return this.array(depth);
      case 5: return this.fields(this.keep(Object.create(null)), depth);
      case 6: {
        const map = this.keep(this.random() < 0.3 ? new Bag() : new Map());
        for (let i = this.below(4); i > 0; i -= 1) map.set(inner(), inner());
        return this.extras(map, depth);
      }
      case 7: {
        const set = this.keep(new Set());
        for (let i = this.below(4); i > 0; i -= 1) set.add(inner());
        return this.extras(set, depth);
      }
      case 8: return this.extras(this.keep(new Date(this.pick([0, -1, 8.64e15, this.forNode ? 1 : NaN, 1e12]))), depth);
      case 9: {
        const expression = this.keep(new RegExp(this.pick(['', 'a+', '[/]', '\\n']), this.pick(['', 'g', 'iy', 'msu'])));
        if (this.random() < 0.5) expression.lastIndex = this.below(9);
        return this.extras(expression, depth);
      }
      case 10: return this.error(depth);
      case 11: return this.extras(this.keep(Object(this.pick(['', 'text', 5, -0, NaN, true, Symbol.iterator, 7n]))), depth);
      case 12: return this.bytes();
      case 13: return this.fields(this.keep(this.pick([() => new Point(1, 2), () => new Point3(1, 2, 3), () => new Old(1)])()), depth);
      case 14: {
        let proto = this.forNode ? Object.prototype : this.fields({}, depth - 1);
        // With a constructor it would be the prototype of a class that nobody registered.
        if (Object.prototype.hasOwnProperty.call(proto, 'constructor') && typeof proto.constructor === 'function') proto = null;
        return this.fields(this.keep(Object.create(proto)), 1);
      }
      case 15: return this.keep((function sloppy() { 'use strict'; return arguments; })(inner(), inner()));
      default: return this.closed(this.random() < 0.5 ? this.fields(this.keep({}), depth) : this.array(depth));
    }
  }

  key() {
    return this.random() < 0.1 ? this.pick([Symbol.for('s'), Symbol.hasInstance]) : this.pick(STRINGS) + this.pick(['', '', 'b']);
  }

  fields(object, depth) {
    for (let i = this.below(5); i > 0; i -= 1) this.define(object, this.key(), depth);
    return object;
  }

  define(object, key, depth) {
    const odd = this.random() < 0.1;
    Reflect.defineProperty(object, key, {
      value: this.value(depth - 1),
      writable: !odd || this.random() < 0.5,
      enumerable: !odd || this.random() < 0.5,
      configurable: !odd || this.random() < 0.5,
    });
  }

  /** Now and then fields on an object that is more than fields. */
  extras(object, depth) {
    if (this.random() < 0.2) this.define(object, this.pick(['extra', 'more']), depth);
    return this.random() < 0.1 ? this.closed(object) : object;
  }

  array(depth) {
    const list = this.keep(this.random() < 0.15 ? new Row() : []);
    const length = this.below(6);
    for (let i = 0; i < length; i += 1) {
      if (this.random() < 0.1) list.length += 1;
      else if (this.random() < 0.05) this.define(list, i, depth);
      else list[i] = this.value(depth - 1);
    }
    if (this.random() < 0.05) list[2000 + this.below(5)] = 1;
    if (this.random() < 0.05) Object.defineProperty(list, 'length', { writable: false });
    return this.extras(list, depth);
  }

  error(depth) {
    const kind = this.pick([Error, TypeError, Failure, EvalError]);
    const error = this.keep(this.random() < 0.3 ? new kind() : new kind(this.pick(STRINGS), { cause: this.value(depth - 1) }));
    return this.extras(error, depth);
  }

  bytes() {
    const buffer = this.keep(new ArrayBuffer(16));
    new Uint8Array(buffer).forEach((unused, i, all) => {
      all[i] = this.below(256);
    });
    switch (this.below(6)) {
      case 0: return buffer;
      case 1: return this.keep(new Uint8Array(buffer, this.below(4), 3));
      case 2: return this.keep(new Float64Array(buffer, 8, 1));
      case 3: return this.keep(new DataView(buffer, 2, 5));
      case 4: return this.keep(Buffer.from([1, 2, this.below(256), this.below(256)]).subarray(this.below(3)));
      default: {
        const shared = this.keep(new SharedArrayBuffer(4));
        return this.keep(new Int16Array(shared));
      }
    }
  }

  closed(object) {
    if (ArrayBuffer.isView(object) && object.byteLength > 0) return Object.preventExtensions(object);
    return this.pick([Object.freeze, Object.seal, Object.preventExtensions])(object);
  }
}

/** Objects that a value reaches, itself included, without looking into built-ins or prototypes. */
function objectsOf(root) {
  const skip = new Set([Math, JSON, Map.prototype, ...Object.values(CLASSES).map((c) => c.prototype)]);
  const seen = new Set();
  const visit = (value) => {
    if (typeof value === 'object' && value !== null && !skip.has(value)) seen.add(value);
  };
  visit(root);
  for (const object of seen) {
    for (const key of Reflect.ownKeys(object)) {
      const descriptor = Reflect.getOwnPropertyDescriptor(object, key);
      if ('value' in descriptor) visit(descriptor.value);
    }
    if (object instanceof Map) object.forEach((value, key) => { visit(value); visit(key); });
    if (object instanceof Set) object.forEach(visit);
    // What lies beside a small Buffer in Node's pool is nothing of the value.
    if (ArrayBuffer.isView(object) && !Buffer.isBuffer(object)) visit(object.buffer);
  }
  return [...seen];
}

/**
 * Makes one change somewhere in a graph that anybody could tell, and says which; `null` when the
 * place that was drawn cannot be changed.
 */
function changeOne(root, seed) {
  const maker = new Maker(seed);
  const object = maker.pick(objectsOf(root));
  const open = Object.isExtensible(object);
  const ways = [];
  const way = (name, run) => ways.push({ name, run });
  for (const key of Reflect.ownKeys(object)) {
    const descriptor = Reflect.getOwnPropertyDescriptor(object, key);
    if (key === 'stack' && object instanceof Error) continue;
    if (descriptor.writable && key !== 'length' && !ArrayBuffer.isView(object)) {
      way(`set ${String(key)}`, () => {
        object[key] = { fresh: maker.below(1e9) };
      });
    }
    if (descriptor.configurable && !ArrayBuffer.isView(object)) {
      way(`delete ${String(key)}`, () => Reflect.deleteProperty(object, key));
      way(`enumerability of ${String(key)}`, () => Reflect.defineProperty(object, key, { enumerable: !descriptor.enumerable }));
      way(`fix ${String(key)}`, () => Reflect.defineProperty(object, key, { configurable: false }));
    }
  }
  if (open) {
    way('add a field', () => Reflect.defineProperty(object, 'added by the test', { value: 1, writable: true, enumerable: true, configurable: true }));
    way('prevent extensions', () => Object.preventExtensions(object));
    way('another prototype', () => Object.setPrototypeOf(object, Object.getPrototypeOf(object) === null ? Object.prototype : null));
  }
  if (object instanceof Map) {
    way('Map entry', () => Map.prototype.set.call(object, { fresh: 1 }, 1));
    if (object.size > 1) {
      way('Map order', () => {
        const [[key, value]] = Map.prototype.entries.call(object);
        Map.prototype.delete.call(object, key);
        Map.prototype.set.call(object, key, value);
      });
    }
  }
  if (object instanceof Set) way('Set item', () => Set.prototype.add.call(object, { fresh: 1 }));
  if (object instanceof Date) way('Date', () => Date.prototype.setTime.call(object, Number.isNaN(object.getTime()) ? 1 : NaN));
  if (object instanceof ArrayBuffer || (ArrayBuffer.isView(object) && object.byteLength > 0)) {
    way('a byte', () => {
      const view = object instanceof ArrayBuffer ? new Uint8Array(object) : new Uint8Array(object.buffer, object.byteOffset, object.byteLength);
      view[0] ^= 1;
    });
  }
  if (ways.length === 0) return null;
  const chosen = maker.pick(ways);
  chosen.run();
  return chosen.name;
}

module.exports = { CLASSES, Maker, changeOne, objectsOf, randomOf };
