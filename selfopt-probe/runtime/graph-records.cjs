'use strict';
// Objects with many fields. The engine turns an object to which more than a dozen properties are added
// by computed keys into a dictionary, which is slower to read; the same object written as a literal or
// by a constructor is not. What is rebuilt for timing must be of the kind that the program had, so
// records (unlike dictionaries of data) start from parsed text, which the engine keeps as records.
//
// Invariants:
// - Which objects are records depends on the encoding alone.
// - An object made here has the wanted keys in the wanted order; its values are still to be assigned.

const { join, parse, regExpExec, stringify, SafeMap, mapGet, mapSet } = require('./primordials.cjs');

const NAME = /^[A-Za-z_$][\w$]*$/;
/** Up to so many added properties the engine keeps a record by itself. */
const FEW = 12;
/** With more the engine makes a dictionary of parsed text too. */
const MANY = 100;

/** Whether an object with so many keys is in question. */
function isInQuestion(count) {
  return count > FEW && count <= MANY;
}

/**
 * An object with these keys, as a record; `undefined` when a key is not a name.
 * @param {string[]} keys
 */
function emptyRecord(keys) {
  const parts = [];
  for (let i = 0; i < keys.length; i += 1) {
    const key = keys[i];
    if (typeof key !== 'string' || key === '__proto__' || regExpExec(NAME, key) === null) return undefined;
    parts[i] = `${stringify(key)}:0`;
  }
  return parse(`{${join(parts, ',')}}`);
}

/** Tells records from dictionaries in the nodes of one encoding. */
class Records {
  constructor(nodes) {
    this.nodes = nodes;
    this.counts = undefined;
  }

  /**
   * Whether a plain object or instance with many fields is a record: an instance of a class, one of
   * several objects with the same keys, or one whose fields are of several kinds.
   */
  has(node) {
    if (node.attrs !== undefined || node.state !== undefined) return false;
    if (node.proto !== undefined) return node.proto !== null && node.proto[0] === 'prototype';
    return this.isMixed(node) || this.count(node) > 1;
  }

  isMixed(node) {
    const first = this.kind(node.vals[0]);
    for (let i = 1; i < node.vals.length; i += 1) if (this.kind(node.vals[i]) !== first) return true;
    return false;
  }

  kind(ref) {
    if (typeof ref !== 'object' || ref === null) return typeof ref;
    return typeof ref[0] === 'number' && ref[0] < this.nodes.length ? this.nodes[ref[0]].k : ref[0];
  }

  count(node) {
    if (this.counts === undefined) {
      this.counts = new SafeMap();
      for (let i = 0; i < this.nodes.length; i += 1) {
        const { k, keys } = this.nodes[i];
        if (k !== 'object' || keys === undefined || !isInQuestion(keys.length)) continue;
        const id = join(keys, ' ');
        const known = mapGet(this.counts, id);
        mapSet(this.counts, id, known === undefined ? 1 : known + 1);
      }
    }
    return mapGet(this.counts, join(node.keys, ' '));
  }
}

module.exports = { Records, emptyRecord, isInQuestion };
