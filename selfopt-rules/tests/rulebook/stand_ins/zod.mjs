// As much of zod as pages need: schemas that never change; refining one gives another.
const schema = (check) => ({
  parse(value) {
    return check(value, []);
  },
  safeParse(value) {
    try {
      return { success: true, data: check(value, []) };
    } catch (error) {
      return { success: false, error: error.message };
    }
  },
  check,
  min: (least) => schema((value, path) => ensure(check(value, path), (v) => (v.length ?? v) >= least, path, 'too small')),
  optional: () => schema((value, path) => (value === undefined ? value : check(value, path))),
});

function ensure(value, holds, path, problem) {
  if (!holds(value)) throw new TypeError(`${path.join('.')}: ${problem}`);
  return value;
}

const typed = (type) => () => schema((value, path) => ensure(value, (v) => typeof v === type, path, `no ${type}`));

export const z = {
  string: typed('string'),
  number: typed('number'),
  boolean: typed('boolean'),
  array: (item) =>
    schema((value, path) => ensure(value, Array.isArray, path, 'no array').map((v, at) => item.check(v, [...path, at]))),
  object: (shape) =>
    schema((value, path) => {
      ensure(value, (v) => typeof v === 'object' && v !== null, path, 'no object');
      return Object.fromEntries(Object.entries(shape).map(([key, part]) => [key, part.check(value[key], [...path, key])]));
    }),
  enum: (names) => schema((value, path) => ensure(value, (v) => names.includes(v), path, 'unknown name')),
};

export default z;
