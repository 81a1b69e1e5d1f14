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
  // Errors and awaited results are part of how a call ends.
  /\b(?:yield|delete|super)\b/,
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

const INNER = /=>|\bfunction\b/;
/** Parameters, also such as `{ a, b }`; none with defaults or other names. */
const PARAMETERS = /^(?:async\s+)?(?:function\s*[\w$]*\s*\(([\w$,\s{}[\]]*)\)|\(([\w$,\s{}[\]]*)\)\s*=>|([\w$]+)\s*=>)/;
/** What changes the value that stands in front of it, or a member of that. */
const MEMBER_WRITE = '(?:\\.[\\w$]+|\\[[^\\]=]*\\])+\\s*(?:\\+\\+|--|(?:[-+*/%&|^?]|<<|>>|>>>|\\*\\*|&&|\\|\\||\\?\\?)?=(?![=>]))';
const CHANGING_CALL = '(?:\\.[\\w$]+)*\\.(?:push|unshift|splice|pop|shift|sort|reverse|fill|copyWithin|add|set|delete|clear)\\s*\\(';
const DECLARED = /\b(?:const|let|var)\s+([\w$][\w$,\s]*?)\s*(?:[;=]|\bof\b|\bin\b)/;
const NAME = /[A-Za-z_$][\w$]*/;
const MOST_LOCALS = 20;

/** The match of `pattern` in `text` and what comes behind it. */
function next(pattern, text) {
  const found = regExpExec(pattern, text);
  return found === null ? null : { found, rest: text.slice(found.index + found[0].length) };
}

/** The names of a list such as `a, b`, added to `names`. */
function addNames(names, list) {
  for (let at = next(NAME, list); at !== null; at = next(NAME, at.rest)) names[names.length] = at.found[0];
}

/**
 * The text without assignments to the function's own variables, which are gone
 * when it ends, and without changes of what it was given: that is a copy. Only where no function is inside that could have its own of the
 * same name.
 */
function withoutLocalWrites(text) {
  const head = regExpExec(PARAMETERS, text);
  if (head === null) return text;
  let body = text.slice(head[0].length);
  if (regExpExec(INNER, body) !== null) return text;
  const names = [];
  addNames(names, head[1] || head[2] || head[3] || '');
  const given = names.length;
  for (let at = next(DECLARED, body); at !== null; at = next(DECLARED, at.rest)) addNames(names, at.found[1]);
  const without = (pattern) => {
    const write = new RegExp(`(^|[^.\\w$])${pattern}`);
    for (let at = next(write, body); at !== null; at = next(write, body)) {
      body = `${body.slice(0, at.found.index)}${at.found[1]} ${at.rest}`;
    }
  };
  for (let i = 0; i < names.length && i < MOST_LOCALS; i += 1) {
    const name = names[i].replace(/\$/g, '\\$');
    // A parameter that gets another value may stand for anything.
    const isGiven = i < given && regExpExec(new RegExp(`(^|[^.\\w$])${name}\\s*(?:(?:&&|\\|\\||\\?\\?)?=(?![=>])|\\s(?:of|in)\\b)`), body) === null;
    without(`${name}\\s*(?:\\+\\+|--|(?:[-+*/%&|^?]|<<|>>|>>>|\\*\\*|&&|\\|\\||\\?\\?)?=(?![=>]))`);
    if (isGiven) {
      without(name + MEMBER_WRITE);
      without(name + CHANGING_CALL);
    }
  }
  return body;
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
  const rest = withoutDeclarations(withoutLocalWrites(text));
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
    try {
      reason = look(fn);
    } catch (_) {
      reason = 'callback-unknown';
    }
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
