'use strict';
// The nodes of built-in kinds that hold more than properties: Map, Set, Date, RegExp, errors, boxed
// primitives, buffers and views, arguments objects.
//
// Invariants:
// - Content is read through captured methods that look at internal slots, so subclasses and other
//   realms are read the same way, and nothing of the value is called.
// - What a kind shows as own properties besides its content (extra fields of a Map) is written too.

const {
  types, getOwnPropertyDescriptor, getOwnPropertyNames, isExtensible, isFrozen, isSealed,
  mapForEach, mapSize, setForEach, setSize, dateTime, regExpSource, typedName, typedBuffer, typedOffset,
  typedLength, typedByteLength, viewBuffer, viewOffset, viewLength, bufferLength, bufferMaxLength,
  bufferResizable, sharedLength, sharedMaxLength, sharedGrowable, bytesFrom, base64, numberValue, stringValue,
  booleanValue, symbolValue, bigintValue, hasOwn, mapHas,
} = require('./primordials.cjs');
const { intrinsicName } = require('./intrinsics.cjs');
const { addWindow, looksPooled } = require('./graph-pool.cjs');
const slots = require('./graph-slots.cjs');

// The project may put others in their place.
const {
  Symbol, Uint8Array,
} = globalThis;

const LONG_VIEW = 16384;

function closedState(value) {
  if (isExtensible(value)) return undefined;
  if (isFrozen(value)) return 'frozen';
  return isSealed(value) ? 'sealed' : 'fixed';
}

function start(job, k, value, proto, usual) {
  const node = { k };
  job.prototype(node, proto, usual);
  const state = closedState(value);
  if (state !== undefined) node.state = state;
  return node;
}

function mapNode(job, value, proto, symbols) {
  const node = start(job, 'map', value, proto, 'Map.prototype');
  job.charge(16 * mapSize(value));
  const items = [];
  mapForEach(value, (held, key) => {
    items[items.length] = job.refOf(key);
    items[items.length] = job.refOf(held);
  });
  node.items = items;
  job.properties(node, value, getOwnPropertyNames(value), symbols);
  return node;
}

function setNode(job, value, proto, symbols) {
  const node = start(job, 'set', value, proto, 'Set.prototype');
  job.charge(8 * setSize(value));
  const items = [];
  setForEach(value, (held) => {
    items[items.length] = job.refOf(held);
  });
  node.items = items;
  job.properties(node, value, getOwnPropertyNames(value), symbols);
  return node;
}

function dateNode(job, value, proto, symbols) {
  const node = start(job, 'date', value, proto, 'Date.prototype');
  node.value = job.refOf(dateTime(value));
  job.properties(node, value, getOwnPropertyNames(value), symbols);
  return node;
}

/** Flags are read from the slot's own getters one by one; `flags` would look at properties. */
const FLAG_LETTERS = [
  ['hasIndices', 'd'], ['global', 'g'], ['ignoreCase', 'i'], ['multiline', 'm'], ['dotAll', 's'],
  ['unicode', 'u'], ['unicodeSets', 'v'], ['sticky', 'y'],
];
const flagGetters = [];
for (let i = 0; i < FLAG_LETTERS.length; i += 1) {
  const descriptor = Object.getOwnPropertyDescriptor(RegExp.prototype, FLAG_LETTERS[i][0]);
  if (descriptor !== undefined) {
    flagGetters.push([Function.prototype.call.bind(descriptor.get), FLAG_LETTERS[i][1]]);
  }
}

/** The flags of a regular expression by its slot. */
function regExpFlags(value) {
  let flags = '';
  for (let i = 0; i < flagGetters.length; i += 1) {
    if (flagGetters[i][0](value)) flags += flagGetters[i][1];
  }
  return flags;
}

function regExpNode(job, value, proto, symbols) {
  const node = start(job, 'regexp', value, proto, 'RegExp.prototype');
  node.source = regExpSource(value);
  job.charge(node.source.length);
  node.flags = regExpFlags(value);
  // `lastIndex` is an own property like the others: written, and put back by definition.
  job.properties(node, value, getOwnPropertyNames(value), symbols);
  return node;
}

function isStack(key) {
  return key === 'stack';
}

function errorNode(job, value, proto, symbols) {
  const node = start(job, 'error', value, proto, 'Error.prototype');
  job.properties(node, value, getOwnPropertyNames(value), symbols, isStack);
  return node;
}

function boxedNode(job, value, proto, symbols) {
  let held;
  let usual;
  if (types.isNumberObject(value)) [held, usual] = [numberValue(value), 'Number.prototype'];
  else if (types.isStringObject(value)) [held, usual] = [stringValue(value), 'String.prototype'];
  else if (types.isBooleanObject(value)) [held, usual] = [booleanValue(value), 'Boolean.prototype'];
  else if (types.isSymbolObject(value)) [held, usual] = [symbolValue(value), 'Symbol.prototype'];
  else [held, usual] = [bigintValue(value), 'BigInt.prototype'];
  const node = start(job, 'boxed', value, proto, usual);
  node.value = job.refOf(held);
  const length = typeof held === 'string' ? held.length : -1;
  const skip = length === -1 ? undefined : (key) => key === 'length' || isIndexBelow(key, length);
  job.properties(node, value, getOwnPropertyNames(value), symbols, skip);
  return node;
}

function isIndexBelow(key, length) {
  if (typeof key !== 'string') return false;
  const number = +key;
  return number >= 0 && number < length && `${number}` === key;
}

/** The bytes of a range of a buffer as base64. */
function bytesText(job, buffer, offset, length) {
  job.charge((length * 4) / 3);
  return base64(bytesFrom(buffer, offset, length), 'base64');
}

function bufferNode(job, value, proto, symbols) {
  const node = start(job, 'buffer', value, proto, 'ArrayBuffer.prototype');
  const length = bufferLength(value);
  if (length === 0 && isDetached(value)) job.refuse('detached-buffer');
  if (bufferResizable !== undefined && bufferResizable(value)) node.max = bufferMaxLength(value);
  node.bytes = length === 0 ? '' : bytesText(job, value, 0, length);
  job.properties(node, value, getOwnPropertyNames(value), symbols);
  return node;
}

function isDetached(buffer) {
  try {
    new Uint8Array(buffer);
    return false;
  } catch (error) {
    return true;
  }
}

function sharedBufferNode(job, value, proto, symbols) {
  const node = start(job, 'shared-buffer', value, proto, 'SharedArrayBuffer.prototype');
  if (sharedGrowable !== undefined && sharedGrowable(value)) node.max = sharedMaxLength(value);
  const length = sharedLength(value);
  node.bytes = length === 0 ? '' : bytesText(job, value, 0, length);
  job.properties(node, value, getOwnPropertyNames(value), symbols);
  return node;
}

function checkBacking(job, buffer) {
  const shared = types.isSharedArrayBuffer(buffer);
  const resizable = shared
    ? sharedGrowable !== undefined && sharedGrowable(buffer)
    : bufferResizable !== undefined && bufferResizable(buffer);
  // Whether a view follows the length of its buffer cannot be seen from outside.
  if (resizable) job.refuse('resizable-buffer');
  if (!shared && bufferLength(buffer) === 0 && isDetached(buffer)) job.refuse('detached-buffer');
}

function typedNode(job, value, proto, symbols) {
  const name = typedName(value);
  const node = start(job, 'typed', value, proto, `${name}.prototype`);
  const buffer = typedBuffer(value);
  checkBacking(job, buffer);
  node.type = name;
  node.len = typedLength(value);
  const bytes = typedByteLength(value);
  backing(job, node, buffer, typedOffset(value), bytes);
  job.properties(node, value, namesBehindElements(value, node.len), symbols);
  return node;
}

/**
 * Named properties of a typed array come behind its elements. To list them the engine makes a string
 * for each element, so in very long ones they are not looked for: the one place where something is
 * passed over, and nobody puts fields on a view of 16,384 elements.
 */
function namesBehindElements(value, length) {
  const extra = [];
  if (length > LONG_VIEW) return extra;
  const names = getOwnPropertyNames(value);
  for (let i = length; i < names.length; i += 1) extra[extra.length] = names[i];
  return extra;
}

/** The buffer of a view; a pool of Node's is written last, by ranges. */
function backing(job, node, buffer, offset, bytes) {
  const pooled = looksPooled(node.proto, buffer, bytes) || (job.pools !== undefined && mapHas(job.pools, buffer));
  if (pooled) {
    addWindow(job, node, buffer, offset, bytes);
  } else {
    node.offset = offset;
    node.buffer = job.refOf(buffer);
  }
}

function viewNode(job, value, proto, symbols) {
  const node = start(job, 'view', value, proto, 'DataView.prototype');
  const buffer = viewBuffer(value);
  checkBacking(job, buffer);
  node.len = viewLength(value);
  backing(job, node, buffer, viewOffset(value), node.len);
  job.properties(node, value, getOwnPropertyNames(value), symbols);
  return node;
}

function argumentsNode(job, value, proto, symbols) {
  const node = start(job, 'arguments', value, proto, 'Object.prototype');
  const callee = getOwnPropertyDescriptor(value, 'callee');
  const strict = slots.isStrictCallee(callee);
  if (strict) node.strict = true;
  const iterator = getOwnPropertyDescriptor(value, Symbol.iterator);
  const plainIterator = iterator !== undefined && hasOwn(iterator, 'value') && iterator.writable
    && iterator.configurable && !iterator.enumerable && typeof iterator.value === 'function'
    && intrinsicName(iterator.value, false) === 'Array.prototype.values';
  if (!plainIterator) node.ownIterator = true;
  const skip = (key) => (strict && key === 'callee') || (plainIterator && key === Symbol.iterator);
  job.properties(node, value, getOwnPropertyNames(value), symbols, skip);
  return node;
}

const BUILDERS = {
  map: mapNode,
  set: setNode,
  date: dateNode,
  regexp: regExpNode,
  error: errorNode,
  boxed: boxedNode,
  buffer: bufferNode,
  'shared-buffer': sharedBufferNode,
  typed: typedNode,
  view: viewNode,
  arguments: argumentsNode,
};

/** The node of a value of one of these kinds. */
function special(job, kind, value, proto, symbols) {
  return BUILDERS[kind](job, value, proto, symbols);
}

module.exports = { isDetached, namesBehindElements, regExpFlags, special };
