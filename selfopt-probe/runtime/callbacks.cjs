'use strict';
/**
 * callbacks.cjs: whether calling a function of the project once more could be
 * noticed by the test that gave it.
 *
 * In place, base and candidate run on copies, but a callback is the test's own:
 * a spy would count the call twice, a visitor would collect everything twice.
 * Nothing can prove that a function has no effects; this looks at its text and
 * lets pass what shows none of the known ways to have one.
 *
 * Invariant: nothing of the function is called or changed; the work is bounded
 * by MOST_TEXT characters, once for each function.
 */
const { apply, functionToString, isProxy, ownKeys } = require('./captured.cjs');
const { isArrow } = require('./named.cjs');
const { isArray, SafeWeakMap, weakGet, weakSet, regExpExec } = require('./primordials.cjs');

const MOST_TEXT = 4000;
const CLASS = /^class\b/;
const NATIVE = /\{\s*\[native code\]\s*\}\s*$/;
/** Local declarations, which assign to nothing that was there before. */
const DECLARES = /\b(?:const|let|var)\s+(?:[\w$]+|[[{][^=;]*[\]}])\s*=(?!=)/;
const EFFECTS = [
  // Assignments of all kinds, but no comparison and no arrow.
  /(?:[^=!<>]|<<|>>)=(?![=>])/,
  /\+\+|--/,
  /\b(?:await|yield|throw|delete|super)\b/,
  /\.(?:push|unshift|splice|pop|shift|sort|reverse|fill|copyWithin|add|set|delete|clear|emit|next|resolve|reject|end|pass|fail|is|ok|plan|same|equals?|append\w*|remove\w*|insert\w*|write\w*|assert\w*|log|dispatch\w*|trigger\w*|on|off|once|then|catch|exec|test)\s*\(/,
  /\b(?:expect|assert\w*|should|done|next|resolve|reject|cb|callback|console|process|fetch|require|import|set\w+|clear\w+|queueMicrotask|random|Date|performance)\b/,
];
const THIS = /\bthis\b/;
const PLAIN = ['length', 'name', 'prototype', 'arguments', 'caller'];

const known = new SafeWeakMap();

function isPlainKey(key) {
  for (let i = 0; i < PLAIN.length; i += 1) if (PLAIN[i] === key) return true;
  return false;
}

/** The text with what it declares taken out. */
function withoutDeclarations(text) {
  let left = text;
  let rest = '';
  for (;;) {
    const found = regExpExec(DECLARES, left);
    if (found === null) return rest + left;
    rest += `${left.slice(0, found.index)} `;
    left = left.slice(found.index + found[0].length);
  }
}

function look(fn) {
  if (isProxy(fn)) return 'callback-spy';
  const keys = ownKeys(fn);
  const text = apply(functionToString, fn, []);
  if (regExpExec(CLASS, text) !== null) return null;
  for (let i = 0; i < keys.length; i += 1) if (!isPlainKey(keys[i])) return 'callback-spy';
  if (regExpExec(NATIVE, text) !== null) return 'callback-native';
  if (text.length > MOST_TEXT) return 'callback-too-long';
  if (isArrow(fn) && regExpExec(THIS, text) !== null) return 'callback-with-this';
  const rest = withoutDeclarations(text);
  for (let i = 0; i < EFFECTS.length; i += 1) if (regExpExec(EFFECTS[i], rest) !== null) return 'callback-with-effects';
  return null;
}

/**
 * Why a function must not be called again, or `null` when its text shows no
 * reason.
 * @param {Function} fn
 * @returns {string | null}
 */
function effectOf(fn) {
  let reason = weakGet(known, fn);
  if (reason === undefined) {
    reason = look(fn);
    weakSet(known, fn, reason);
  }
  return reason;
}

/** Built-in functions that are noticed when they are called again. */
const NOTICED = /^(?:console\.|set(?:Timeout|Interval|Immediate)$|clear(?:Timeout|Interval|Immediate)$|queueMicrotask$|eval$)/;

function isNoticed(ref) {
  return isArray(ref) && ref[0] === 'intrinsic' && regExpExec(NOTICED, ref[1]) !== null;
}

function holdsNoticed(refs) {
  for (let i = 0; i < refs.length; i += 1) if (isNoticed(refs[i])) return true;
  return false;
}

/**
 * Whether an encoding holds such a built-in function as a value: `clone` does not
 * put anything in front of built-ins.
 * @param {{roots: Array, nodes: object[]}} encoding
 * @returns {boolean}
 */
function hasNoticedBuiltIn({ roots, nodes }) {
  if (holdsNoticed(roots)) return true;
  for (let i = 0; i < nodes.length; i += 1) {
    const { items, vals } = nodes[i];
    if ((isArray(items) && holdsNoticed(items)) || (vals !== undefined && holdsNoticed(vals))) return true;
  }
  return false;
}

module.exports = { effectOf, hasNoticedBuiltIn };
