'use strict';
// Names of built-in functions, prototypes and namespaces ("Array.prototype.push", "Map.prototype",
// "Math"), so that they travel by name.
//
// Invariants:
// - Filled when this file is loaded; a function that the project puts in place of a built-in later
//   is not one of these.
// - Built-ins of another realm (a vm context) get the same names. A constructor is recognized by the
//   text that the engine gives for native functions, which no code can forge, a prototype by its
//   constructor; a method only when its realm was announced with `addRealm`.
// - Decoding always gives those of the own realm.

const {
  types, Buffer, getOwnPropertyDescriptor, getPrototypeOf, hasOwn, ownKeys, functionText, regExpExec,
  symbolDescription, SafeMap, mapGet, mapSet, mapHas, SafeWeakMap, weakGet, weakSet, weakHas,
} = require('./primordials.cjs');

const CONSTRUCTORS = [
  'Object', 'Function', 'Array', 'String', 'Number', 'Boolean', 'Symbol', 'BigInt', 'Date', 'RegExp',
  'Error', 'AggregateError', 'EvalError', 'RangeError', 'ReferenceError', 'SyntaxError', 'TypeError',
  'URIError', 'Map', 'Set', 'WeakMap', 'WeakSet', 'WeakRef', 'FinalizationRegistry', 'Promise', 'Proxy',
  'ArrayBuffer', 'SharedArrayBuffer', 'DataView', 'Int8Array', 'Uint8Array', 'Uint8ClampedArray',
  'Int16Array', 'Uint16Array', 'Int32Array', 'Uint32Array', 'Float16Array', 'Float32Array',
  'Float64Array', 'BigInt64Array', 'BigUint64Array', 'Iterator',
];
const NAMESPACES = ['Math', 'JSON', 'Reflect', 'Atomics', 'Intl', 'console'];
const FUNCTIONS = [
  'parseInt', 'parseFloat', 'isNaN', 'isFinite', 'encodeURI', 'encodeURIComponent', 'decodeURI',
  'decodeURIComponent', 'escape', 'unescape', 'eval', 'setTimeout', 'setInterval', 'setImmediate',
  'clearTimeout', 'clearInterval', 'clearImmediate', 'queueMicrotask', 'structuredClone',
];
const NATIVE = /^function ([A-Za-z0-9_$]+|\[Symbol\.[A-Za-z]+\])\(\) \{ \[native code\] \}$/;

const byName = new SafeMap();
const byValue = new SafeWeakMap();
const constructorNames = new SafeMap();
for (let i = 0; i < CONSTRUCTORS.length; i += 1) mapSet(constructorNames, CONSTRUCTORS[i], true);
mapSet(constructorNames, 'TypedArray', true);

function isReference(value) {
  return (typeof value === 'object' && value !== null) || typeof value === 'function';
}

function dataValue(holder, key) {
  const descriptor = getOwnPropertyDescriptor(holder, key);
  return descriptor !== undefined && hasOwn(descriptor, 'value') ? descriptor.value : undefined;
}

/** The name that the engine gives a native function; `undefined` for all others and for bound ones. */
function nativeName(value) {
  const match = types.isProxy(value) ? null : regExpExec(NATIVE, functionText(value));
  return match === null ? undefined : match[1];
}

/**
 * Takes a value under a name. Of another realm only functions that are native and have this very name
 * are taken, so that no function of the project can pass as a built-in.
 */
function add(name, value, own, key) {
  if (!isReference(value)) return;
  if (!own && typeof value === 'function' && key !== undefined && nativeName(value) !== key) return;
  if (!weakHas(byValue, value)) weakSet(byValue, value, name);
  if (own && !mapHas(byName, name)) mapSet(byName, name, value);
}

function addMembers(prefix, holder, own) {
  const keys = ownKeys(holder);
  for (let i = 0; i < keys.length; i += 1) {
    const key = keys[i];
    if (key === 'caller' || key === 'callee' || key === 'arguments' || key === 'constructor') continue;
    const value = dataValue(holder, key);
    if (typeof value !== 'function') continue;
    if (typeof key === 'string') add(`${prefix}.${key}`, value, own, key);
    else add(`${prefix}[${symbolDescription(key)}]`, value, own, `[${symbolDescription(key)}]`);
  }
}

function addConstructor(name, value, own) {
  if (typeof value !== 'function' || types.isProxy(value)) return;
  if (!own && nativeName(value) !== name) return;
  add(name, value, own);
  addMembers(name, value, own);
  const prototype = dataValue(value, 'prototype');
  if (!isReference(prototype) || types.isProxy(prototype)) return;
  add(`${name}.prototype`, prototype, own);
  addMembers(`${name}.prototype`, prototype, own);
}

function holdsNative(namespace) {
  const keys = ownKeys(namespace);
  for (let i = 0; i < keys.length; i += 1) {
    const value = dataValue(namespace, keys[i]);
    if (typeof value === 'function' && nativeName(value) !== keys[i]) return false;
  }
  return keys.length > 0;
}

function addGlobals(global, own) {
  for (let i = 0; i < CONSTRUCTORS.length; i += 1) {
    addConstructor(CONSTRUCTORS[i], dataValue(global, CONSTRUCTORS[i]), own);
  }
  const bytes = dataValue(global, 'Uint8Array');
  if (typeof bytes === 'function' && !types.isProxy(bytes)) addConstructor('TypedArray', getPrototypeOf(bytes), own);
  for (let i = 0; i < NAMESPACES.length; i += 1) {
    const value = dataValue(global, NAMESPACES[i]);
    if (!isReference(value) || types.isProxy(value)) continue;
    // Anybody can make an object and call it `Math`; the engine's own have native functions.
    if (!own && !holdsNative(value)) continue;
    add(NAMESPACES[i], value, own);
    addMembers(NAMESPACES[i], value, own);
  }
  for (let i = 0; i < FUNCTIONS.length; i += 1) {
    add(FUNCTIONS[i], dataValue(global, FUNCTIONS[i]), own, FUNCTIONS[i]);
  }
  add('globalThis', global, own);
}

addGlobals(globalThis, true);
addConstructor('Buffer', Buffer, true);

/**
 * Gives the built-ins of another realm the names of ours. Nothing of the realm is called.
 * @param {object} global the other realm's global object
 */
function addRealm(global) {
  if (isReference(global) && !types.isProxy(global) && !weakHas(byValue, global)) addGlobals(global, false);
}

/**
 * Announces the realm of a value that is a global object: what functions of sloppy code get as `this`
 * inside of a vm context, where some test runners run everything.
 * @param {*} value
 */
function noticeGlobal(value) {
  if (typeof value !== 'object' || value === null || types.isProxy(value) || !hasOwn(value, 'globalThis')) return;
  if (dataValue(value, 'globalThis') !== value) return;
  const array = dataValue(value, 'Array');
  if (typeof array === 'function' && nativeName(array) === 'Array') addRealm(value);
}

function foreignConstructor(value) {
  const name = nativeName(value);
  if (name === undefined || !mapHas(constructorNames, name)) return undefined;
  if (name === 'Proxy') return name;
  const prototype = dataValue(value, 'prototype');
  if (!isReference(prototype) || types.isProxy(prototype)) return undefined;
  return dataValue(prototype, 'constructor') === value ? name : undefined;
}

function foreignName(value) {
  if (typeof value === 'function') return foreignConstructor(value);
  const constructor = dataValue(value, 'constructor');
  if (typeof constructor !== 'function' || types.isProxy(constructor)) return undefined;
  if (dataValue(constructor, 'prototype') !== value) return undefined;
  const name = foreignConstructor(constructor);
  return name === undefined ? undefined : `${name}.prototype`;
}

/**
 * The name of a built-in, of this realm or another; `undefined` for everything else. The value must
 * not be a proxy.
 * @param {object} value a function or an object
 * @param {boolean} lookAbroad also recognize built-ins of realms that were not announced
 * @returns {string | undefined}
 */
function intrinsicName(value, lookAbroad) {
  const known = weakGet(byValue, value);
  if (known !== undefined || !lookAbroad) return known;
  const name = foreignName(value);
  if (name !== undefined) weakSet(byValue, value, name);
  return name;
}

/**
 * The built-in of this realm with this name.
 * @param {string} name
 * @returns {object | undefined}
 */
function intrinsicOf(name) {
  return mapGet(byName, name);
}

module.exports = { addRealm, dataValue, intrinsicName, intrinsicOf, noticeGlobal };
