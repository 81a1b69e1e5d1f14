'use strict';
/**
 * fresh.cjs: functions that a run made. Each run makes its own, so that by
 * identity no two outcomes that hold one are ever equal. One that uses nothing
 * but its parameters (`() => undefined`, a default of a constructor) does what
 * its text says, wherever it was made: such functions are compared by text.
 *
 * Invariants: a function that was there before the call keeps its identity; one
 * that uses any other name, `this` included, is never taken for another; which
 * of several is meant stays visible, because they are numbered as they come.
 */
const { apply, functionToString } = require('./captured.cjs');
const { types, isArray, mapForEach, regExpExec, SafeMap, mapGet, mapSet, mapSize } = require('./primordials.cjs');

const MOST_TEXT = 200;
const SIGNATURE = /^(?:function\s*[\w$]*\s*\(([\w$,\s]*)\)\s*\{|\(([\w$,\s]*)\)\s*=>|([\w$]+)\s*=>)/;
/** One word, a string or a character; words behind a dot are properties. */
const TOKEN = /^(?:\.\s*[\w$]+|[A-Za-z_$][\w$]*|\d[\w.]*|'[^'\\\n]*'|"[^"\\\n]*"|[\s\S])/;
const WORD = /^[A-Za-z_$]/;
const KEYWORDS = ['return', 'undefined', 'null', 'true', 'false', 'typeof', 'void', 'if', 'else', 'NaN', 'Infinity'];
/** What could hide a name or have an effect: templates, expressions of regular form, escapes, assignments. */
const UNCLEAR = /[`\\/]|(?:[^=!<>])=(?![=>])|\+\+|--/;

function includes(list, word) {
  for (let i = 0; i < list.length; i += 1) if (list[i] === word) return true;
  return false;
}

/** The words of a comma-separated list. */
function wordsOf(text) {
  const words = [];
  let rest = text;
  while (rest !== '') {
    const token = regExpExec(TOKEN, rest)[0];
    if (regExpExec(WORD, token) !== null) words[words.length] = token;
    rest = rest.slice(token.length);
  }
  return words;
}

/**
 * The text of a function that uses nothing but its parameters; else `null`.
 * @param {Function} fn
 * @returns {string | null}
 */
function closedText(fn) {
  if (types.isProxy(fn)) return null;
  const text = apply(functionToString, fn, []);
  if (text.length > MOST_TEXT) return null;
  const head = regExpExec(SIGNATURE, text);
  if (head === null) return null;
  const body = text.slice(head[0].length);
  if (regExpExec(UNCLEAR, body) !== null) return null;
  const parameters = wordsOf(head[1] || head[2] || head[3] || '');
  const used = wordsOf(body);
  for (let i = 0; i < used.length; i += 1) {
    if (!includes(KEYWORDS, used[i]) && !includes(parameters, used[i])) return null;
  }
  return text;
}

/** Calls `visit(list, index)` for each reference of an encoding that may be an identity. */
function eachRef(encoding, visit) {
  const walk = (list) => {
    for (let i = 0; i < list.length; i += 1) if (isArray(list[i])) visit(list, i);
  };
  walk(encoding.roots);
  for (let i = 0; i < encoding.nodes.length; i += 1) {
    const node = encoding.nodes[i];
    if (isArray(node.items)) walk(node.items);
    if (node.vals !== undefined) walk(node.vals);
  }
}

/**
 * Puts the text of functions that came after the first `known` identities in place
 * of their identity, in an encoding that nobody else holds.
 * @param {object} encoding
 * @param {Map} identities of the encoding: value to number
 * @param {number} known
 * @returns {boolean} whether it holds a function that came later and stays an identity
 */
function byText(encoding, identities, known) {
  if (mapSize(identities) <= known) return false;
  const texts = new SafeMap();
  mapForEach(identities, (number, value) => {
    if (number >= known && typeof value === 'function') mapSet(texts, number, closedText(value));
  });
  if (mapSize(texts) === 0) return false;
  const names = new SafeMap();
  let open = false;
  eachRef(encoding, (list, i) => {
    const ref = list[i];
    if (ref[0] !== 'identity') return;
    const text = mapGet(texts, ref[1]);
    if (text === undefined) return;
    if (text === null) {
      open = true;
      return;
    }
    let name = mapGet(names, ref[1]);
    if (name === undefined) {
      name = `new function #${mapSize(names) + 1}: ${text}`;
      mapSet(names, ref[1], name);
    }
    list[i] = ['function', name];
  });
  return open;
}

module.exports = { closedText, byText };
