'use strict';
// Values as data: what a function was called with and what it gave, exact enough to be compared,
// stored, rebuilt in another process, varied and grown. This is the entry; the parts are beside it.
//
// The form. An encoding is plain data, `{v: 1, roots: [ref], nodes: [node]}`; it survives
// `v8.serialize` and `JSON.stringify`. Nodes are numbered by first visit, breadth first.
//
// A *ref* is a value in a field of a node:
//   a string, a boolean, `null`, a finite number other than −0   itself
//   [n]                                  node n
//   ["undefined"], ["NaN"], ["-0"], ["Infinity"], ["-Infinity"], ["bigint", "12"]
//   ["hole"]                             no element here (in `items` of an array only)
//   ["symbol", "iterator"]               well-known; ["symbol-for", key]: registered
//   ["intrinsic", "Array.prototype.push"]  a built-in, by name
//   ["function", "path#Name"], ["prototype", "path#Name"]   registered by the project
//   ["unregistered", "Name"]             with `byName`, as `proto` only: a class known by name only
//   ["identity", n]                      live mode: this very function, symbol or prototype
//   ["accessor", getRef, setRef]         live mode: a property that is an accessor
// Refs are never changed; equal ones may be one and the same array.
//
// A *node* has `k`, its kind, and per kind:
//   object     (fields only)                 array    len, items, idx?, itemAttrs?, lenFixed?
//   map        items: [key, value, …]        set      items
//   date       value (ms or ["NaN"])         regexp   source, flags (lastIndex is among the fields)
//   error      (fields only, never `stack`)  boxed    value
//   buffer, shared-buffer   bytes (base64), max?
//   typed      type, len, offset, buffer     view     len, offset, buffer (a DataView)
//   pool       bytes, len: the range of a pool of Node's that small Buffers lie in
//   arguments  strict?, ownIterator?         opaque   id (live mode: an object by identity)
// and, any of them, where it is not as usual:
//   keys, vals   own properties, in order: a key is a string or the ref of a symbol
//   attrs        one number a property: 1 writable + 2 enumerable + 4 configurable; left out when
//                all have what is usual for the `state`
//   proto        ref of the prototype, `null` for none
//   id           live mode: an instance that holds more than it shows is this very object
//   state        "frozen", "sealed" or "fixed" (not extensible)
// `items` of an array holds all elements, holes included; with `idx` (long arrays that are mostly
// holes) only the elements at those indexes. `itemAttrs` is to `items` what `attrs` is to `vals`.
//
// Options of `encode`:
//   mode        "data" (can be rebuilt elsewhere; what cannot throws `NotCopyable`) or "live" (for
//               comparing inside one process; everything opaque is an identity)
//   registry    of the project's classes (`registry.cjs`)
//   identities  live mode: a Map shared by all encodings that are compared
//   maxNodes, maxBytes   above them `NotCopyable` with `too-large`
//   names       of the roots, for paths: ["this", "args[0]"]
//   byName      data mode: write unregistered classes by name; comparable, but not decodable
//
// Invariants: see each part. The one thing passed over: string-named own fields of typed arrays with
// more than 16,384 elements.

const v8 = require('v8');
const { Buffer, types, typedSet, typedSubarray } = require('./primordials.cjs');
const { encode } = require('./graph-encode.cjs');
const { decode } = require('./graph-decode.cjs');
const { clone } = require('./graph-clone.cjs');
const { difference } = require('./graph-compare.cjs');
const { print, printRef } = require('./graph-print.cjs');
const { shape, sizes } = require('./graph-shape.cjs');
const { NotCopyable } = require('./graph-refs.cjs');
const { addRealm } = require('./intrinsics.cjs');

const { TypeError } = globalThis;
const { serialize, deserialize } = v8;
const { allocUnsafe: alloc } = Buffer;
const VERSION = 1;
const MAGIC = 0x67;

/**
 * An encoding (or an array or object of encodings and plain values) as bytes for a file:
 * "g", the version, then what `v8.serialize` gives.
 * @param {*} encoding
 * @returns {Buffer}
 */
function toBytes(encoding) {
  const body = serialize(encoding);
  const bytes = alloc(body.length + 2);
  bytes[0] = MAGIC;
  bytes[1] = VERSION;
  typedSet(bytes, body, 2);
  return bytes;
}

/**
 * What `toBytes` was given.
 * @param {Uint8Array} bytes
 * @returns {*}
 * @throws {TypeError} when the bytes are something else, of another version, or cut short
 */
function fromBytes(bytes) {
  if (!types.isUint8Array(bytes) || bytes.length < 3 || bytes[0] !== MAGIC) {
    throw new TypeError('not an encoding: the first byte is not "g"; the file is of another program or damaged');
  }
  if (bytes[1] !== VERSION) {
    throw new TypeError(`an encoding of version ${bytes[1]}, this program reads version ${VERSION}; record again`);
  }
  try {
    return deserialize(typedSubarray(bytes, 2));
  } catch (error) {
    throw new TypeError(`a damaged encoding (${error.message}); record again`);
  }
}

module.exports = {
  NotCopyable, addRealm, clone, decode, difference, encode, fromBytes, print, printRef, shape, sizes, toBytes,
};
