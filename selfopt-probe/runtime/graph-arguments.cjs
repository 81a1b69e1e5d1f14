// Empty arguments objects, to be filled. This file is not strict, unlike all others: only a function
// that is not makes the kind of arguments object that has its function in `callee`.
//
// Invariant: what is made here has no elements; the link between elements and parameters that such
// objects have does not matter, because there are no parameters.

function sloppyArguments() {
  return arguments;
}

function strictArguments() {
  'use strict';
  return arguments;
}

/**
 * An arguments object without elements. A strict one has the accessor `callee`, and `length` unless
 * `hasLength` is false; of a sloppy one both are left to be defined.
 * @param {boolean} strict
 * @param {boolean} hasLength
 */
function emptyArguments(strict, hasLength) {
  const made = strict ? strictArguments() : sloppyArguments();
  if (!strict) delete made.callee;
  if (!strict || !hasLength) delete made.length;
  return made;
}

module.exports = { emptyArguments };
