'use strict';
/**
 * timed-loop.cjs: builds the loop that a timed block runs: calls of one function, with
 * as little around them as possible.
 *
 * The loop is made from text, one for each process, so that its call site sees
 * one function only and the arguments come from plain columns: a call with two
 * arguments is `f.call(self[i], a0[i], a1[i])` and not an array that is spread.
 *
 * Invariants: every call of the round is made, with the recorded number of
 * arguments; every result is used in a way that the compiler cannot see through
 * (numbers are added up and returned, strings are looked into, which makes a
 * rope flat as its reader would, the last of everything else leaves the loop after
 * each round); at most three results are kept alive; what the loop needs of the
 * language was captured before project code was loaded.
 */
const { apply } = Reflect;
const { min } = Math;
const Make = Function;
const Bytes = Uint8Array;
const Doubles = Float64Array;
const functionCall = Function.prototype.call;
const { charCodeAt } = String.prototype;

/** Up to this many arguments have a column of their own. */
const MAX_COLUMNS = 8;

/**
 * Whether `fn.call(...)` and `string.charCodeAt(...)`, as the loop has them,
 * still mean what they meant when the process started.
 * @param {Function} fn
 * @returns {boolean}
 */
function isLanguageIntact(fn) {
  return fn.call === functionCall && String.prototype.charCodeAt === charCodeAt;
}

/** The call with `count` arguments, as text. */
function callText(count, hasSelf) {
  if (count > MAX_COLUMNS) return 'apply(f, self[i], rest[i])';
  let args = hasSelf ? 'self[i]' : '';
  for (let k = 0; k < count; k += 1) args += `${args && ', '}a${k}[i]`;
  return hasSelf ? `f.call(${args})` : `f(${args})`;
}

/** The statement that makes the call, for one or for several numbers of arguments. */
function dispatch(arities, hasSelf) {
  const present = [];
  for (let i = 0; i < arities.length; i += 1) present[min(arities[i], MAX_COLUMNS + 1)] = true;
  let cases = '';
  let call = '';
  let before = -1;
  for (let count = 0; count < present.length; count += 1) {
    if (present[count] !== true) continue;
    if (before !== -1) cases += `case ${before}: ${call} break; `;
    before = count;
    call = `v = ${callText(count, hasSelf)};`;
  }
  return cases === '' ? call : `switch (arity[i]) { ${cases}default: ${call} }`;
}

/** How an iterator's values are taken, up to the number that the call's reader took. */
function drainText(word) {
  return `if (v !== null && typeof v === "object" && typeof v.next === "function") {
        const limit = limits[i];
        let taken = 0;
        for (; taken < limit; taken += 1) {
          const step = ${word} v.next();
          if (step.done) { v = step.value; break; }
          sink[taken & 1] = step.value;
        }
        if (taken === limit && typeof v.return === "function") v = ${word} v.return();
      }`;
}

/**
 * The columns that a loop reads: one entry for each call that `index` can name.
 * @param {number} length
 */
function columns(length) {
  const column = () => {
    const list = [];
    for (let i = 0; i < length; i += 1) list[i] = undefined;
    return list;
  };
  const args = [];
  for (let k = 0; k < MAX_COLUMNS; k += 1) args[k] = column();
  return { self: column(), args, rest: column(), arity: new Bytes(length), limits: new Doubles(length) };
}

/**
 * Writes a call into the columns.
 * @param {object} into from `columns`
 * @param {number} i
 * @param {Array} roots `[self, ...args]`
 * @param {number} take how many values of an iterator are taken
 */
function place(into, i, roots, take) {
  into.limits[i] = take;
  into.self[i] = roots[0];
  const count = roots.length - 1;
  if (count > MAX_COLUMNS) {
    const rest = [];
    for (let k = 1; k <= count; k += 1) rest[k - 1] = roots[k];
    into.rest[i] = rest;
    into.arity[i] = MAX_COLUMNS + 1;
    return;
  }
  for (let k = 0; k < count; k += 1) into.args[k][i] = roots[k + 1];
  into.arity[i] = count;
}

/**
 * Lets go of the inputs of a call.
 * @param {object} into from `columns`
 * @param {number} i
 */
function clear(into, i) {
  into.self[i] = undefined;
  into.rest[i] = undefined;
  for (let k = 0; k < MAX_COLUMNS; k += 1) into.args[k][i] = undefined;
}

/**
 * Builds the loop: `loop(f, columns, index, rounds, sink)` makes the calls that
 * `index` names, `rounds` times over, and gives a number (a promise of one for
 * the asynchronous kinds). `sink` is an array of two.
 * @param {{arities: number[], hasSelf: boolean, waits: "value"|"promise"|"iterator"|"async-iterator",
 *   throws: boolean}} shape `waits`: what it takes to get a result; `throws`: whether some calls do
 * @returns {Function}
 */
function compile({ arities, hasSelf, waits, throws }) {
  const isAsync = waits === 'promise' || waits === 'async-iterator';
  const after = {
    value: '',
    promise: 'if (v !== null && (typeof v === "object" || typeof v === "function") && typeof v.then === "function") v = await v;',
    iterator: drainText(''),
    'async-iterator': drainText('await'),
  }[waits];
  const call = `${dispatch(arities, hasSelf)} ${after}`;
  let names = '';
  for (let k = 0; k < MAX_COLUMNS; k += 1) names += `, a${k} = columns.args[${k}]`;
  const body = `'use strict';
return ${isAsync ? 'async ' : ''}function loop(f, columns, index, rounds, sink) {
  const self = columns.self, rest = columns.rest, arity = columns.arity, limits = columns.limits${names};
  const length = index.length;
  let sum = 0;
  let last;
  for (let r = 0; r < rounds; r += 1) {
    for (let j = 0; j < length; j += 1) {
      const i = index[j];
      let v;
      ${throws ? `try { ${call} } catch (e) { v = e; }` : call}
      if (typeof v === "number") sum += v;
      else if (typeof v === "string") { if (v.length > 0) sum += v.charCodeAt(v.length >> 1); }
      else last = v;
    }
    sink[r & 1] = last;
  }
  return sum;
};`;
  return new Make('apply', body)(apply);
}

module.exports = { MAX_COLUMNS, clear, columns, compile, isLanguageIntact, place };
