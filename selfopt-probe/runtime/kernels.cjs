'use strict';
/**
 * kernels.cjs: four small functions of known cost, to measure a machine with.
 *
 *   node kernels.cjs REQUEST.json
 *   {"result": FILE, "folder": DIR, "shares": {"base": 1, "candidate": 0.9}}
 *   → {"kernels": ["alloc", "includes", "intloop", "json"]}
 *
 * For each kernel and side it writes `<folder>/side/<kernel>-<side>/bundle.cjs`,
 * a bundle as a session makes one, that does `share` of the kernel's work, and
 * `<folder>/calls/<kernel>-0.calls` with the one call that is timed. All shares
 * of a kernel return the same, so that the sides of a pair agree.
 *
 * The kernels are those of the noise study behind the statistics: arithmetic
 * alone, JSON both ways, searching arrays and strings, many short-lived objects.
 */
const fs = require('fs');
const path = require('path');
const { encode } = require('./graph.cjs');
const { writeCalls } = require('./calls.cjs');
const { script, isText } = require('./script.cjs');

/** What a kernel has ready before its first call, so that the share is one of all its work. */
const READY = {
  includes: `const words = Array.from({ length: 200 }, (_, i) => 'word-' + i);
const text = words.join(' ');`,
};
/** The body of each kernel's function of `steps`; `sink` keeps what it computes alive. */
const KERNELS = {
  alloc: `for (let i = 0; i < steps; i++) {
    const points = [];
    for (let j = 0; j < 16; j++) points.push({ x: i, y: j, label: 'p' + j });
    sink = (sink + points.map((point) => point.x + point.y).length) | 0;
  }`,
  includes: `for (let i = 0; i < steps; i++) {
    const wanted = 'word-' + ((i * 7919) % 400);
    sink = (sink + (words.includes(wanted) ? 1 : 0) + (text.includes(wanted) ? 2 : 0)) | 0;
  }`,
  intloop: `let x = 88172645463325252 | 0;
  for (let i = 0; i < steps * 64; i++) {
    x ^= x << 13; x ^= x >>> 17; x ^= x << 5;
  }
  sink = (sink + x) | 0;`,
  json: `const record = { id: 1, name: 'a name', tags: ['x', 'y', 'z'], nested: { a: 1.5, b: null, c: true } };
  for (let i = 0; i < steps; i++) {
    record.id = i;
    sink = (sink + JSON.parse(JSON.stringify(record)).tags.length) | 0;
  }`,
};
/** Steps of the call that is timed: some tenths of a millisecond. */
const STEPS = { alloc: 400, includes: 400, intloop: 4000, json: 200 };

function bundle(kernel, share) {
  return `'use strict';
let sink = 0;
${READY[kernel] || ''}
function kernel(n) {
  const steps = Math.round(n * ${share});
  ${KERNELS[kernel]}
  return n;
}
(function (hook) { if (hook) hook.expose(0, () => kernel); })(process[Symbol.for('selfopt.probe')]);
module.exports = { kernel, drain: () => sink };
`;
}

/**
 * @param {{folder: string, shares: {[side: string]: number}}} request
 * @returns {Promise<{kernels: string[]}>}
 */
async function write({ folder, shares }) {
  fs.mkdirSync(path.join(folder, 'calls'), { recursive: true });
  for (const kernel of Object.keys(KERNELS)) {
    for (const side of Object.keys(shares)) {
      const place = path.join(folder, 'side', `${kernel}-${side}`);
      fs.mkdirSync(place, { recursive: true });
      fs.writeFileSync(path.join(place, 'bundle.cjs'), bundle(kernel, Number(shares[side])));
    }
    const roots = encode([undefined, STEPS[kernel]]);
    const call = { roots, outcome: null, weight: 1, stratum: 'number' };
    writeCalls(path.join(folder, 'calls', `${kernel}-0.calls`), [call]);
  }
  return { kernels: Object.keys(KERNELS) };
}

const isShares = (value) => value !== null && typeof value === 'object' && !Array.isArray(value);

if (require.main === module) {
  script('kernels', [
    ['result', isText, 'a path'],
    ['folder', isText, 'a path'],
    ['shares', isShares, 'an object of shares by side'],
  ], write);
}

module.exports = { write };
