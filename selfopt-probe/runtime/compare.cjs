'use strict';
// Compares two outcomes of one call, everything that outcome.cjs wrote down, and says the first
// difference in words.
//
// Invariants: no code of the project runs here; what one side could not write down is never equal to
// something; only lines of stack traces in printed text are left out, because they name the bundles.

const { difference, print } = require('./graph.cjs');
const { describe } = require('./replay-host.cjs');

/** Characters of a side's text in a difference. */
const SHORT = 300;
/** How an outcome starts in words. */
const VERBS = {
  return: 'returns', throw: 'throws', resolve: 'resolves to', reject: 'rejects with', yields: 'yields',
};
/** What the engine itself writes into the messages of its errors. */
const ENGINE_MESSAGE = new RegExp(
  [
    ' is not (?:a function|iterable|defined|a constructor|an object|async iterable|a valid)', 'Cannot (?:read|set) propert',
    'Cannot destructure', 'Cannot convert', 'Cannot mix BigInt', 'Cannot assign to read only', 'Cannot add property',
    'Cannot delete property', 'Cannot use \'in\' operator', 'Cannot access', 'Invalid (?:array|string|typed array|time|code point|count)',
    'object is not extensible', 'called on (?:null or undefined|incompatible)', 'Reduce of empty array', 'object null is not',
    'Right-hand side of', 'Iterator value', 'Maximum call stack', 'must be a? ?(?:function|callable|string|an? )', 'Spread syntax',
    'Converting circular', 'out of (?:range|bounds)', 'Found non-callable', 'undefined is not', 'Derived constructors',
  ].join('|')
);

/** The names of an outcome's roots, for paths. */
function namesOf(encoding) {
  const names = ['result', 'this'];
  for (let i = 2; i < encoding.roots.length; i += 1) names.push(`args[${i - 2}]`);
  return names;
}

/** Whether an outcome is that of a side that is gone. */
function isGone(outcome) {
  return outcome.kind === 'hang' || outcome.kind === 'exit' || outcome.kind === 'timeout' || outcome.kind === 'broken';
}

/** The result of an encoding as text: errors as `Class: message`. */
function resultText(encoding) {
  const error = errorOf(encoding);
  if (error !== null) return `${error.name}: ${error.message}`.slice(0, SHORT);
  return print({ v: encoding.v, roots: [encoding.roots[0]], nodes: encoding.nodes }, SHORT);
}

/**
 * An outcome in words.
 *
 * @param {object} outcome
 * @returns {string}
 */
function describeOutcome(outcome) {
  if (isGone(outcome)) return describe(outcome);
  if (outcome.kind === 'pending') return 'never settles: nothing is left that could do it';
  const verb = VERBS[outcome.kind] || outcome.kind;
  if (outcome.encoding === null) return `${verb} what cannot be written as data (${outcome.reason})`;
  return `${verb} ${resultText(outcome.encoding)}`;
}

/** Name and message of an encoding's first root when that is an error. */
function errorOf(encoding) {
  const [root] = encoding.roots;
  if (!Array.isArray(root) || typeof root[0] !== 'number') return null;
  const node = encoding.nodes[root[0]];
  if (node.k !== 'error') return null;
  const at = node.keys === undefined ? -1 : node.keys.indexOf('message');
  const message = at !== -1 && typeof node.vals[at] === 'string' ? node.vals[at] : '';
  const proto = Array.isArray(node.proto) ? String(node.proto[1]) : 'Error';
  return { name: proto.replace(/^.*#/, '').replace(/\.prototype$/, ''), message, node };
}

/** The encoding with the message of its first root, an error of the engine, left out. */
function withoutEngineMessage(encoding) {
  const error = errorOf(encoding);
  if (error === null || !ENGINE_MESSAGE.test(error.message)) return null;
  const at = error.node.keys.indexOf('message');
  const vals = error.node.vals.slice();
  vals[at] = '';
  const nodes = encoding.nodes.slice();
  nodes[encoding.roots[0][0]] = { ...error.node, vals };
  return { ...encoding, nodes };
}

/** Printed text without the lines of stack traces. */
function printedText(outcome) {
  return outcome.output.map(({ stream, text }) => `${stream}: ${text.replace(/^ +at .*\n?/gm, '')}`).join('\n');
}

/** How often each clock and each source of randomness was read. */
function readsText(outcome) {
  const counts = new Map();
  for (const name of outcome.reads) counts.set(name, (counts.get(name) || 0) + 1);
  if (outcome.readCount > outcome.reads.length) counts.set('(in all)', outcome.readCount);
  const words = [...counts].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, count]) => `${name} ×${count}`);
  return words.length === 0 ? 'none' : words.join(', ');
}

/** Errors that nobody handled. */
function unhandledText(outcome) {
  const words = outcome.unhandled.map(({ encoding, reason }) => (encoding === null ? `(${reason})` : resultText(encoding)));
  return words.length === 0 ? 'none' : words.join('; ');
}

/** The first place where two texts differ, with a little of what stands around it. */
function textDifference(path, base, candidate) {
  if (base === candidate) return null;
  let at = 0;
  while (at < base.length && base[at] === candidate[at]) at += 1;
  const from = Math.max(0, at - 40);
  const cut = (text) => JSON.stringify(text.slice(from, from + SHORT));
  return { path, base: cut(base), candidate: cut(candidate) };
}

/** The differences of the states in which an iterator's values came. */
function statesDifference(base, candidate) {
  const count = Math.min(base.states.length, candidate.states.length);
  for (let i = 0; i < count; i += 1) {
    const a = base.states[i].encoding;
    const b = candidate.states[i].encoding;
    if (a === null || b === null) continue;
    const found = difference(a, b, namesOf(a));
    if (found !== null) return { ...found, path: `when value ${i} came: ${found.path}` };
  }
  return null;
}

/** A result that holds objects of an earlier result on one side only. */
function sharingDifference(base, candidate) {
  const words = (outcome) => (outcome.shared.length === 0 ? 'objects of its own' : 'an object that an earlier call gave out');
  const a = JSON.stringify(base.shared);
  const b = JSON.stringify(candidate.shared);
  if (a === b) return null;
  const path = 'result (identity across calls)';
  const base1 = words(base);
  const candidate1 = words(candidate);
  if (base1 !== candidate1) return { path, base: base1, candidate: candidate1 };
  return { path, base: `shares ${a.slice(0, SHORT)}`, candidate: `shares ${b.slice(0, SHORT)}` };
}

/**
 * The first difference of results, `this` and arguments of two outcomes of one kind.
 *
 * @param {{kind: string, encoding: object}} base
 * @param {{kind: string, encoding: object}} candidate
 * @param {boolean} engineMessages whether messages of errors that the engine throws count
 */
function encodingsDifference(base, candidate, engineMessages) {
  let { encoding: a } = base;
  let { encoding: b } = candidate;
  if (!engineMessages && (base.kind === 'throw' || base.kind === 'reject')) {
    const plainA = withoutEngineMessage(a);
    const plainB = withoutEngineMessage(b);
    if (plainA !== null && plainB !== null) [a, b] = [plainA, plainB];
  }
  return difference(a, b, namesOf(a));
}

/**
 * The first difference of two outcomes, or `null`.
 *
 * `options.sharing` (default true) also compares which objects were given out before;
 * `options.engineMessages` (default true) compares the messages of errors that the engine itself
 * throws, which name variables of the source.
 *
 * @param {object} base
 * @param {object} candidate
 * @param {{sharing?: boolean, engineMessages?: boolean}} [options]
 * @returns {null | {path: string, base: string, candidate: string}}
 */
function compareOutcomes(base, candidate, options) {
  const { sharing = true, engineMessages = true } = options || {};
  const whole = (path) => ({ path, base: describeOutcome(base), candidate: describeOutcome(candidate) });
  if (base.kind !== candidate.kind) return whole(candidate.kind === 'hang' ? 'candidate-hangs' : 'outcome');
  if (isGone(base) || base.kind === 'pending') return null;
  if (base.via !== candidate.via) return { path: 'result', base: `${base.via}`, candidate: `${candidate.via}` };
  const values = statesDifference(base, candidate);
  if (values !== null) return values;
  if (base.encoding === null || candidate.encoding === null) {
    return base.encoding === candidate.encoding && base.reason === candidate.reason ? null : whole('result');
  }
  return (
    encodingsDifference(base, candidate, engineMessages) ||
    textDifference('output', printedText(base), printedText(candidate)) ||
    textDifference('reads of time and randomness', readsText(base), readsText(candidate)) ||
    textDifference('errors that nobody handles', unhandledText(base), unhandledText(candidate)) ||
    (sharing ? sharingDifference(base, candidate) : null)
  );
}

/**
 * The first difference of two outcomes as replay-host.cjs gives them, or `null`. Reads them only when
 * their bytes differ.
 *
 * @param {object} base
 * @param {object} candidate
 * @param {{sharing?: boolean, engineMessages?: boolean}} [options]
 */
function compareRuns(base, candidate, options) {
  if (base.bytes !== null && candidate.bytes !== null && base.bytes.equals(candidate.bytes)) return null;
  return compareOutcomes(base.read(), candidate.read(), options);
}

module.exports = { compareRuns, compareOutcomes, encodingsDifference, describeOutcome, errorOf, isGone, namesOf };
