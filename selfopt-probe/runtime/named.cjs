'use strict';
/**
 * named.cjs: what a function value is: the name that its place in the source
 * would have given it (`const f = () => {}` is named `f`, the argument of a
 * call is not), and whether it is an arrow.
 */
const { apply, defineProperty, getOwnPropertyDescriptor, functionToString } = require('./captured.cjs');
const { regExpExec } = require('./primordials.cjs');

/**
 * @param {*} fn whatever the wrapped expression gave
 * @param {string} name
 * @returns {*} `fn`
 */
function nameFunction(fn, name) {
  if (typeof fn !== 'function' || !name) return fn;
  const own = getOwnPropertyDescriptor(fn, 'name');
  if (own && own.value === '' && own.configurable) {
    defineProperty(fn, 'name', { value: name, writable: false, enumerable: false, configurable: true });
  }
  return fn;
}

const ARROW = /^(?:async\b\s*)?(?:\(|[\w$]+\s*=>)/;

/**
 * Whether a function is an arrow, which has no `this` of its own: its text begins
 * with its parameters, that of a method with its name. What a transform made a
 * function of is none.
 * @param {Function} fn
 * @returns {boolean}
 */
function isArrow(fn) {
  if (getOwnPropertyDescriptor(fn, 'prototype') !== undefined) return false;
  return regExpExec(ARROW, apply(functionToString, fn, [])) !== null;
}

module.exports = { nameFunction, isArrow };
