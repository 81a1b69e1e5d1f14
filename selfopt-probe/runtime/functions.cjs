'use strict';
/**
 * functions.cjs: what is known of the functions that probe.json names:
 * `{"id", "name", "isAsync"?, "isGenerator"?, "usesThis"?, "rest"?}`, as the source says
 * it (`rest`: the first argument of a list of them, see rest.cjs). What a transform made of a function (a generator helper for `async`) cannot
 * be seen from its value; where probe.json says nothing, the value is asked.
 */
const {
  apply, functionToString, getOwnPropertyDescriptor, isAsyncFunction, isGeneratorFunction, isProxy,
} = require('./captured.cjs');
const { isArrow } = require('./named.cjs');
const { regExpExec } = require('./primordials.cjs');

const THIS = /\b(?:this|super)\b/;

/**
 * @param {{functions?: object[]}} probe
 * @returns {object[]} by id
 */
function readFunctions(probe) {
  const functions = [];
  const given = probe.functions || [];
  for (let i = 0; i < given.length; i += 1) functions[given[i].id] = given[i];
  return functions;
}

/**
 * @param {object} info an entry of `readFunctions`
 * @param {Function} fn its value
 * @returns {{isAsync: boolean, isGenerator: boolean, isArrow: boolean, usesThis: boolean}} an arrow
 *   stands for a method that uses `super`, or was an arrow in the source: it has the `this` of where
 *   it is, whatever it is called with
 */
function natureOf(info, fn) {
  const ask = (known, look) => (typeof known === 'boolean' ? known : look());
  const arrow = isArrow(fn);
  return {
    isAsync: ask(info.isAsync, () => isAsyncFunction(fn)),
    isGenerator: ask(info.isGenerator, () => isGeneratorFunction(fn)),
    isArrow: arrow,
    usesThis: arrow || ask(info.usesThis, () => mentionsThis(fn)),
  };
}

/**
 * Whether the text of a function has `this` or `super` in it.
 * @param {Function} fn
 * @returns {boolean}
 */
function mentionsThis(fn) {
  return regExpExec(THIS, apply(functionToString, fn, [])) !== null;
}

/**
 * `this` as far as the function can see it: nothing where it does not ask for it
 * (the object that a call was made through, a module's exports say, is then no
 * input), and nothing for the global object, which a sloppy function gets when
 * it is called with nothing.
 * @param {{usesThis: boolean}} nature
 * @param {*} self
 * @returns {*}
 */
function selfOf(nature, self) {
  if (!nature.usesThis) return undefined;
  if (typeof self !== 'object' || self === null || isProxy(self)) return self;
  const own = getOwnPropertyDescriptor(self, 'globalThis');
  return own !== undefined && own.value === self ? undefined : self;
}

module.exports = { readFunctions, natureOf, mentionsThis, selfOf };
