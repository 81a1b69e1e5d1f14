'use strict';
/**
 * iterate.cjs: looks on while a generator is consumed.
 *
 * `observe` gives an iterator for `yield*` that passes every `next`, `return`
 * and `throw` on to the generator and every answer back, and says at the end
 * what was yielded: `{values, end, value}` as calls.cjs describes it.
 *
 * Invariants: the consumer and the generator cannot tell the difference; not
 * more than YIELDS_BOUND values are held, and none after the end was told;
 * it is told once at most. A consumer that sends values or errors into the
 * generator is not followed (`two-way-generator`): a replay only asks for next.
 */
const { apply, iterator, asyncIterator, isPromise, then } = require('./captured.cjs');
const { YIELDS_BOUND } = require('./calls.cjs');

/**
 * @param {object} inner a generator, sync or async
 * @param {{done: (sequence: object) => void, unobserved: (reason: string) => void}} report
 * @returns {object} an iterator of the same kind
 */
function observe(inner, report) {
  let values = [];

  function tell(end, value) {
    const seen = values;
    if (seen === null) return;
    values = null;
    report.done({ values: seen, end, value });
  }

  function refuse() {
    if (values === null) return;
    values = null;
    report.unobserved('two-way-generator');
  }

  /** One answer of the generator. */
  function answered(step, ending) {
    if (values === null) return;
    if (step.done) {
      tell(ending, ending === 'left' ? undefined : step.value);
    } else if (values.length < YIELDS_BOUND) {
      values[values.length] = step.value;
    } else {
      tell('bound', undefined);
    }
  }

  /** Passes one request on. `ending` is how it ends when that was the last. */
  function pass(method, args, ending) {
    let step;
    try {
      step = apply(inner[method], inner, args);
    } catch (error) {
      tell('throw', error);
      throw error;
    }
    try {
      if (isPromise(step)) {
        // The generator's own promise; `yield*` around us awaits it, so that no rejection is hidden.
        apply(then, step, [(answer) => answered(answer, ending), (error) => tell('throw', error)]);
      } else {
        answered(step, ending);
      }
    } catch (_) {
      values = null;
    }
    return step;
  }

  const outer = {
    next(...args) {
      if (args.length > 0 && args[0] !== undefined) refuse();
      return pass('next', args, 'return');
    },
    return(...args) {
      return pass('return', args, 'left');
    },
    throw(...args) {
      refuse();
      return pass('throw', args, 'return');
    },
  };
  outer[iterator] = () => outer;
  outer[asyncIterator] = () => outer;
  return outer;
}

module.exports = { observe };
