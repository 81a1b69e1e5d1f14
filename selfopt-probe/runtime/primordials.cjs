'use strict';
// What the runtime takes from the language and from Node, captured once, when this file is loaded,
// that is before any code of the project runs. Code of the project may replace
// `Array.prototype.push` or `Map.prototype.get` afterwards; nothing here notices.
//
// Invariants:
// - The other graph files reach built-in methods through this file only.
// - `uncurry(method)` gives a function whose first argument is `this`; it works on values of another
//   realm too, because built-in methods look at internal slots and not at prototypes.

const { types } = require('util');
const { Buffer } = require('buffer');

const uncurry = Function.prototype.bind.bind(Function.prototype.call);

const getter = (prototype, key) => uncurry(Object.getOwnPropertyDescriptor(prototype, key).get);
const optionalGetter = (prototype, key) => {
  const descriptor = Object.getOwnPropertyDescriptor(prototype, key);
  return descriptor === undefined ? undefined : uncurry(descriptor.get);
};
const TypedArray = Object.getPrototypeOf(Uint8Array);

module.exports = {
  uncurry,
  types,
  Buffer,
  TypedArray,

  apply: Reflect.apply,
  construct: Reflect.construct,
  create: Object.create,
  defineProperty: Reflect.defineProperty,
  freeze: Object.freeze,
  getOwnPropertyDescriptor: Object.getOwnPropertyDescriptor,
  getOwnPropertyNames: Object.getOwnPropertyNames,
  getOwnPropertySymbols: Object.getOwnPropertySymbols,
  getPrototypeOf: Object.getPrototypeOf,
  hasOwn: uncurry(Object.prototype.hasOwnProperty),
  isExtensible: Object.isExtensible,
  isFrozen: Object.isFrozen,
  isSealed: Object.isSealed,
  ownKeys: Reflect.ownKeys,
  preventExtensions: Reflect.preventExtensions,
  seal: Object.seal,
  setPrototypeOf: Reflect.setPrototypeOf,
  tagOf: uncurry(Object.prototype.toString),

  isArray: Array.isArray,
  isView: ArrayBuffer.isView,
  join: uncurry(Array.prototype.join),
  push: uncurry(Array.prototype.push),
  sort: uncurry(Array.prototype.sort),

  SafeMap: Map,
  mapGet: uncurry(Map.prototype.get),
  mapSet: uncurry(Map.prototype.set),
  mapHas: uncurry(Map.prototype.has),
  mapSize: getter(Map.prototype, 'size'),
  mapForEach: uncurry(Map.prototype.forEach),
  SafeSet: Set,
  setAdd: uncurry(Set.prototype.add),
  setHas: uncurry(Set.prototype.has),
  setSize: getter(Set.prototype, 'size'),
  setForEach: uncurry(Set.prototype.forEach),
  SafeWeakMap: WeakMap,
  weakGet: uncurry(WeakMap.prototype.get),
  weakSet: uncurry(WeakMap.prototype.set),
  weakHas: uncurry(WeakMap.prototype.has),

  bigintText: uncurry(BigInt.prototype.toString),
  dateTime: uncurry(Date.prototype.getTime),
  functionText: uncurry(Function.prototype.toString),
  numberText: uncurry(Number.prototype.toString),
  regExpExec: uncurry(RegExp.prototype.exec),
  regExpSource: getter(RegExp.prototype, 'source'),
  charCodeAt: uncurry(String.prototype.charCodeAt),
  indexOf: uncurry(String.prototype.indexOf),
  slice: uncurry(String.prototype.slice),
  numberValue: uncurry(Number.prototype.valueOf),
  stringValue: uncurry(String.prototype.valueOf),
  booleanValue: uncurry(Boolean.prototype.valueOf),
  symbolValue: uncurry(Symbol.prototype.valueOf),
  bigintValue: uncurry(BigInt.prototype.valueOf),
  symbolDescription: getter(Symbol.prototype, 'description'),
  symbolKeyFor: Symbol.keyFor,
  symbolFor: Symbol.for,
  parse: JSON.parse,
  stringify: JSON.stringify,

  bufferLength: getter(ArrayBuffer.prototype, 'byteLength'),
  bufferMaxLength: optionalGetter(ArrayBuffer.prototype, 'maxByteLength'),
  bufferResizable: optionalGetter(ArrayBuffer.prototype, 'resizable'),
  sharedLength: getter(SharedArrayBuffer.prototype, 'byteLength'),
  sharedMaxLength: optionalGetter(SharedArrayBuffer.prototype, 'maxByteLength'),
  sharedGrowable: optionalGetter(SharedArrayBuffer.prototype, 'growable'),
  typedName: getter(TypedArray.prototype, Symbol.toStringTag),
  typedBuffer: getter(TypedArray.prototype, 'buffer'),
  typedOffset: getter(TypedArray.prototype, 'byteOffset'),
  typedLength: getter(TypedArray.prototype, 'length'),
  typedSet: uncurry(TypedArray.prototype.set),
  typedSubarray: uncurry(TypedArray.prototype.subarray),
  typedByteLength: getter(TypedArray.prototype, 'byteLength'),
  viewBuffer: getter(DataView.prototype, 'buffer'),
  viewOffset: getter(DataView.prototype, 'byteOffset'),
  viewLength: getter(DataView.prototype, 'byteLength'),
  bytesFrom: Buffer.from,
  base64: uncurry(Buffer.prototype.toString),
};
