'use strict';
// Consumes what a call gave when that is a generator or an iterator of the language, and tells what it
// gave: `{values, end, value}` as calls.cjs describes it.
//
// Invariants: only the engine's own iterators are consumed, by the engine's own methods, captured when
// this file is loaded; not more than YIELDS_BOUND values are asked for; an iterator that is left early
// is told so with `return`.

const { types, apply, getPrototypeOf, SafeMap, mapGet, mapSet } = require('./primordials.cjs');
const { YIELDS_BOUND } = require('./calls.cjs');

const { isPrototypeOf } = Object.prototype;
const { then } = Promise.prototype;

const GeneratorPrototype = getPrototypeOf(getPrototypeOf((function* () {})()));
const AsyncGeneratorPrototype = getPrototypeOf(getPrototypeOf((async function* () {})()));
const SYNC = {
  name: 'generator', async: false, next: GeneratorPrototype.next, return: GeneratorPrototype.return,
};
const ASYNC = {
  name: 'async generator', async: true, next: AsyncGeneratorPrototype.next, return: AsyncGeneratorPrototype.return,
};

/** The iterators of the language, by prototype. */
const builtIn = new SafeMap();
for (const [name, iterator] of [
  ['array iterator', [][Symbol.iterator]()],
  ['string iterator', ''[Symbol.iterator]()],
  ['map iterator', new Map()[Symbol.iterator]()],
  ['set iterator', new Set()[Symbol.iterator]()],
  ['regular expression iterator', ''.matchAll(/x/g)],
]) {
  const prototype = getPrototypeOf(iterator);
  mapSet(builtIn, prototype, { name, async: false, next: prototype.next, return: null });
}

/**
 * How a value is consumed, or `undefined` when it is not an iterator of the engine. Must not be given
 * a proxy.
 *
 * @param {any} value
 * @returns {{name: string, async: boolean, next: Function, return: Function | null} | undefined}
 */
function iteratorKind(value) {
  if (typeof value !== 'object' || value === null) return undefined;
  if (types.isGeneratorObject(value)) {
    return apply(isPrototypeOf, AsyncGeneratorPrototype, [value]) ? ASYNC : SYNC;
  }
  return mapGet(builtIn, getPrototypeOf(value));
}

/**
 * Consumes an iterator from its start: `take` values (all up to the bound when it is undefined), then
 * leaves it. `answered(value)` is called with each value as soon as it is there, `ended` once, at the
 * moment when the end is known.
 *
 * @param {any} iterator
 * @param {object} kind what `iteratorKind` gave for it
 * @param {number | undefined} take
 * @param {{within: (fn: Function) => any, answered: (value: any) => void, ended: (sequence: object) => void}} steps
 *   `within` runs a step of the project's code
 */
function consume(iterator, kind, take, steps) {
  const values = [];
  const limit = take === undefined ? YIELDS_BOUND + 1 : take;
  const end = (word, value) => steps.ended({ values, end: word, value });

  /** Asks once; gives `{step}`, `{error}`, or a promise when the iterator is async. */
  const ask = (method, args) => {
    try {
      return { step: steps.within(() => apply(method, iterator, args)) };
    } catch (error) {
      return { error };
    }
  };
  const leave = () => {
    if (kind.return === null) return end('left', undefined);
    const answer = ask(kind.return, []);
    const left = (step) => (step.done ? end('left', undefined) : end('stayed', step.value));
    if ('error' in answer) return end('throw', answer.error);
    if (!kind.async) return left(answer.step);
    return apply(then, answer.step, [left, (error) => end('throw', error)]);
  };
  /** Takes one answer; tells whether to go on. */
  const take1 = (step) => {
    if (step.done) {
      end('return', step.value);
      return false;
    }
    if (values.length >= YIELDS_BOUND) {
      end('bound', undefined);
      return false;
    }
    values[values.length] = step.value;
    steps.answered(step.value);
    return true;
  };
  const asyncLoop = () => {
    if (values.length >= limit) return leave();
    const answer = ask(kind.next, []);
    if ('error' in answer) return end('throw', answer.error);
    return apply(then, answer.step, [
      (step) => (take1(step) ? asyncLoop() : undefined),
      (error) => end('throw', error),
    ]);
  };
  if (kind.async) return void asyncLoop();
  while (values.length < limit) {
    const answer = ask(kind.next, []);
    if ('error' in answer) return void end('throw', answer.error);
    if (!take1(answer.step)) return undefined;
  }
  return void leave();
}

module.exports = { iteratorKind, consume };
