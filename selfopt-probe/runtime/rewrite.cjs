'use strict';
// Gives objects that a call got the content of other ones, in place, as a caller does that edits what it
// passed before: the objects stay the same, what they hold is another call's.
//
// Invariants: only roots are rewritten, each when both are of one kind and class; a root that cannot take
// the other's content (it is frozen, say, or of another length) is replaced by the other; no code of the
// project runs and none of its replacements of built-ins.

const {
  types, apply, isArray, isExtensible, isSealed, getPrototypeOf, getOwnPropertyDescriptor, defineProperty, ownKeys,
  mapForEach, mapSet, setForEach, setAdd, typedLength, typedSet, typedName, dateTime,
} = require('./primordials.cjs');
const slots = require('./graph-slots.cjs');

const { clear: clearMap } = Map.prototype;
const { clear: clearSet } = Set.prototype;
const { setTime } = Date.prototype;
const { deleteProperty } = Reflect;

/** Kinds whose content can be put into another of them. */
const CONTENTS = {
  __proto__: null,
  object() {},
  array() {},
  map(into, from) {
    apply(clearMap, into, []);
    mapForEach(from, (value, key) => mapSet(into, key, value));
  },
  set(into, from) {
    apply(clearSet, into, []);
    setForEach(from, (value) => setAdd(into, value));
  },
  date(into, from) {
    apply(setTime, into, [dateTime(from)]);
  },
  typed(into, from) {
    typedSet(into, from);
  },
};

function kindOf(value) {
  if (typeof value !== 'object' || value === null || types.isProxy(value)) return null;
  return isArray(value) ? 'array' : slots.kindOf(value);
}

/** Whether `into` can take what `from` holds. */
function isFit(into, from) {
  const kind = kindOf(into);
  if (kind === null || kind !== kindOf(from) || CONTENTS[kind] === undefined) return false;
  if (getPrototypeOf(into) !== getPrototypeOf(from) || isSealed(into) || !isExtensible(into) || !isExtensible(from)) return false;
  return kind !== 'typed' || (typedName(into) === typedName(from) && typedLength(into) === typedLength(from));
}

/** Own properties of `from` in place of those of `into`; elements of typed arrays are no properties here. */
function fields(into, from) {
  const old = ownKeys(into);
  for (let i = old.length - 1; i >= 0; i -= 1) deleteProperty(into, old[i]);
  const keys = ownKeys(from);
  for (let i = 0; i < keys.length; i += 1) defineProperty(into, keys[i], getOwnPropertyDescriptor(from, keys[i]));
}

function elements(into, from) {
  into.length = 0;
  fields(into, from);
}

/**
 * The roots `from`, in which those of `into` that can take their content stand with it.
 *
 * @param {Array} into what an earlier call got: `[this, ...args]`
 * @param {Array} from
 * @returns {Array}
 */
function rewrite(into, from) {
  const roots = [];
  for (let i = 0; i < from.length; i += 1) {
    roots[i] = from[i];
    if (i >= into.length || !isFit(into[i], from[i])) continue;
    const kind = kindOf(into[i]);
    CONTENTS[kind](into[i], from[i]);
    if (kind === 'array') elements(into[i], from[i]);
    else if (kind !== 'typed') fields(into[i], from[i]);
    roots[i] = into[i];
  }
  return roots;
}

module.exports = { rewrite };
