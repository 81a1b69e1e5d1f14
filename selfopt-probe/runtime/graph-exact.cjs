'use strict';
// Whether what an instance shows is all that it is. An instance of a class with private names, of a
// native class without a kind of its own, or of an iterator of the language holds more than its
// fields: it cannot be copied, and two of them with equal fields need not be equal.
//
// Invariants:
// - Nothing of the value or its classes is called; a proxy in the chain is never exact and not asked.
// - In doubt the answer is no: a class whose text only looks as if it had a private name counts.
// - State that code keeps elsewhere (in a WeakMap, in a closure) cannot be seen.

const {
  types, functionText, getPrototypeOf, indexOf, mapGet, mapSet, regExpExec, SafeMap, SafeWeakMap, weakGet, weakSet,
} = require('./primordials.cjs');
const { dataValue, intrinsicName } = require('./intrinsics.cjs');
const slots = require('./graph-slots.cjs');

const CLASS_TEXT = /^class\b/;
const PRIVATE_NAME = /[^'"`\w]#[A-Za-z_$]/;
const openPrototypes = new SafeWeakMap();

/** Whether a function is a class by its text. */
function isClass(fn) {
  return regExpExec(CLASS_TEXT, functionText(fn)) !== null;
}

/** Whether no private name shows in the text of the constructor, and the constructor is the project's. */
function isOpen(proto) {
  const known = weakGet(openPrototypes, proto);
  if (known !== undefined) return known;
  const constructor = dataValue(proto, 'constructor');
  let open = true;
  if (typeof constructor === 'function') {
    if (types.isProxy(constructor)) open = false;
    else {
      const text = functionText(constructor);
      open = indexOf(text, '[native code]') === -1
        && (regExpExec(CLASS_TEXT, text) === null || regExpExec(PRIVATE_NAME, text) === null);
    }
  }
  weakSet(openPrototypes, proto, open);
  return open;
}

/** Answers for the prototypes of one graph. */
class Exactness {
  constructor(registry) {
    this.registry = registry;
    this.answers = new SafeMap();
  }

  /** Whether instances with this prototype are nothing but their kind's content and their fields. */
  of(proto) {
    const passed = [];
    let exact = true;
    for (let at = proto; at !== null && exact; at = exact ? getPrototypeOf(at) : null) {
      const known = mapGet(this.answers, at);
      if (known !== undefined) {
        exact = known;
        break;
      }
      passed[passed.length] = at;
      exact = this.ofOne(at);
    }
    for (let i = 0; i < passed.length; i += 1) mapSet(this.answers, passed[i], exact);
    return exact;
  }

  ofOne(proto) {
    if (types.isProxy(proto)) return false;
    if (intrinsicName(proto, true) !== undefined) return true;
    if (slots.isHiddenPrototype(proto)) return false;
    const name = this.registry === undefined ? undefined : this.registry.nameOf(proto);
    return (name === undefined || !this.registry.hasPrivateState(name)) && isOpen(proto);
  }
}

module.exports = { Exactness, isClass };
