'use strict';
// From a recording to a replay: calls that the hook recorded in a running program, collected, replayed
// on bundles of the same functions.
const test = require('node:test');
const assert = require('node:assert');
const fs = require('fs');
const path = require('path');
const { form, project } = require('../testing/project.cjs');
const { HOOK } = require('../testing/sides.cjs');
const { replay } = require('../replay.cjs');

/** Bodies by number: as the hook's forms take them. */
const FUNCTIONS = [
  { name: 'tally', kind: 'function', base: '(list){ const m = {}; for (const x of list) m[x] = (m[x] || 0) + 1; list.push("end"); return m; }',
    wrong: '(list){ const m = {}; for (const x of new Set(list)) m[x] = list.filter((y) => y === x).length; list.unshift("end"); return m; }' },
  { name: 'later', kind: 'async', base: '(x){ await null; if (x === 3) throw new TypeError("three"); return { x }; }',
    wrong: '(x){ await null; if (x === 3) throw new TypeError("Three"); return { x }; }' },
  { name: 'upTo', kind: 'generator', base: '(n){ for (let i = 0; i < n; i += 1) yield [i]; return "done"; }',
    wrong: '(n){ const shared = []; for (let i = 0; i < n; i += 1) { shared[0] = i; yield shared; } return "done"; }' },
  { name: 'ticks', kind: 'asyncGenerator', base: '(n){ for (let i = 0; i < n; i += 1) { await null; yield i; } }',
    wrong: '(n){ for (let i = 0; i <= n; i += 1) { await null; yield i; } }' },
];
const STARS = { function: 'function ', async: 'async function ', generator: 'function* ', asyncGenerator: 'async function* ' };

const POINT = 'class Point { constructor(x) { this.x = x; } ';
const scaled = (body) => `scaled${body}`;
const BASE_METHOD = '(by){ if (by < 0) throw new RangeError("by"); this.used = true; return new Point(this.x * by); }';
const WRONG_METHOD = '(by){ if (by < 0) throw new RangeError("by"); return new Point(this.x * by); }';

const LIBRARY = `'use strict';
${FUNCTIONS.map(({ name, kind, base }, id) => form[kind](id, name, '$p0', base)).join('\n')}
${POINT}${form.method(4, 'scaled', '$p0', BASE_METHOD)} }
module.exports = { Point, ${FUNCTIONS.map(({ name }) => name).join(', ')} };
${form.classes('src/lib.js', ['Point'])}
`;

const USE = `
const { tally, later, upTo, ticks, Point } = require('./lib.js');
(async () => {
  for (const list of [[], ['a'], ['a', 'b', 'a'], [1, 'x', 1]]) tally(list);
  for (let i = 0; i < 5; i += 1) await later(i).catch(() => 0);
  for (let n = 0; n < 4; n += 1) {
    for (const x of upTo(n));
    for (const x of upTo(5)) if (x[0] === n) break;
    for await (const x of ticks(n));
  }
  for (const by of [2, 3, -1]) try { new Point(by + 1).scaled(by); } catch (e) { /* counted */ }
})();
`;

/** A bundle of one version of one function. */
function bundle(directory, name, id, version) {
  const head = id === 4 ? `${POINT}${scaled(version === 'base' ? BASE_METHOD : WRONG_METHOD)} }` : `${STARS[FUNCTIONS[id].kind]}f${FUNCTIONS[id][version]}`;
  const file = path.join(directory, name);
  fs.writeFileSync(file, `"use strict";${head}
;(function(h){h&&h.classes("src/lib.js",{${id === 4 ? 'Point:Point' : ''}},[])})(${HOOK});
;(function(h){h&&h.expose(${id},function(){return ${id === 4 ? 'Point.prototype.scaled' : 'f'}})})(${HOOK});`);
  return file;
}

test('recorded calls of all kinds are faithful, agree with the base and catch another version', async (t) => {
  const functions = [...FUNCTIONS.map(({ name }, id) => ({ id, name: `lib.js:${name}`, kind: 'function' })), { id: 4, name: 'lib.js:Point.scaled', kind: 'method' }];
  functions[1].kind = 'async';
  const made = project(t, { 'lib.js': LIBRARY, 'use.js': USE }, { mode: 'record', functions });
  const run = made.node(['use.js']);
  assert.deepStrictEqual([run.code, run.stderr], [0, '']);
  const collected = made.collect('tests');
  for (const { id } of functions) {
    const calls = path.join(made.directory, 'kept', `tests-${id}.calls`);
    assert.ok(fs.existsSync(calls), JSON.stringify(collected));
    const request = { base: bundle(made.directory, `a${id}.cjs`, id, 'base'), function: id, calls, variations: 20, budgetMs: 60000 };
    const same = await replay({ ...request, candidate: bundle(made.directory, `s${id}.cjs`, id, 'base') });
    assert.ok(same.calls >= 3, JSON.stringify(same));
    assert.deepStrictEqual(
      [same.agreed, same.unfaithful, same.unverified, same.nondeterministic, same.undecidable],
      [same.calls, 0, 0, 0, {}], functions[id].name);
    assert.deepStrictEqual([same.difference, same.differenceInside, same.differenceOutside], [null, null, null]);
    const other = await replay({ ...request, candidate: bundle(made.directory, `w${id}.cjs`, id, 'wrong'), variations: 0 });
    assert.ok(other.difference, functions[id].name);
    assert.ok(other.agreed < other.calls);
  }
});
