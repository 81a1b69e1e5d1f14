'use strict';
// Which keys an object would inherit, so that a copy can be given a property by assignment, which is
// many times faster than defining it, where that makes the same property.
//
// Invariants:
// - Asking runs nothing: the prototypes asked hold no proxy (`graph-names.cjs` refuses those).
// - Answers are kept for one encoding or one copy, not longer.

const { SafeMap, mapGet, mapSet } = require('./primordials.cjs');

/** Answers for all prototypes of one graph. */
class InheritedKeys {
  constructor() {
    this.ofProto = new SafeMap();
  }

  /** The answers for one prototype, to be given to `has`. */
  under(proto) {
    let answers = mapGet(this.ofProto, proto);
    if (answers === undefined) {
      answers = { proto, known: new SafeMap() };
      mapSet(this.ofProto, proto, answers);
    }
    return answers;
  }
}

/** Whether objects with this prototype inherit `key`. */
function inherits(answers, key) {
  let answer = mapGet(answers.known, key);
  if (answer === undefined) {
    answer = answers.proto !== null && key in answers.proto;
    mapSet(answers.known, key, answer);
  }
  return answer;
}

module.exports = { InheritedKeys, inherits };
