'use strict';
// load.cjs, in processes of its own: there is one hook a process.
const test = require('node:test');
const assert = require('node:assert');
const fs = require('fs');
const path = require('path');
const { spawnSync } = require('child_process');
const { HOOK, bundle, directory } = require('../testing/sides.cjs');

const LOAD = JSON.stringify(path.join(__dirname, '..', 'load.cjs'));

/** Runs `code` (the body of an async function with `loadSide` and `at(name)`); gives what it returns. */
function run(into, code, args = []) {
  const script = `const {loadSide}=require(${LOAD});const at=n=>require('path').join(${JSON.stringify(into)},n);
    (async()=>{${code}})().then(v=>console.log(JSON.stringify(v)),e=>console.log(JSON.stringify('error: '+e.message)));`;
  const done = spawnSync(process.execPath, [...args, '-e', script], { encoding: 'utf8' });
  assert.strictEqual(done.stderr, '');
  return JSON.parse(done.stdout);
}

test('CommonJS and ESM sides have targets and registries of their own', (t) => {
  const into = directory(t);
  bundle(into, 'a.cjs', 'class P{}\nfunction f(){return "base"}', ['P']);
  bundle(into, 'b.mjs', 'import "node:path";class P{}\nconst f=()=>"candidate";export {f}', ['P']);
  assert.deepStrictEqual(run(into, `const [a,b]=await Promise.all([loadSide(at('a.cjs')),loadSide(at('b.mjs'))]);
    const pa=a.registry.prototypeOf('src/f.js#P'),pb=b.registry.prototypeOf('src/f.js#P');
    return [a.target(0).fn(),b.target(0).fn(),pa!==pb,a.registry.nameOf(pa),a.registry.nameOf(pb)===undefined,b.registry.nameOf(pb),a.has(0),a.has(1)]`),
  ['base', 'candidate', true, 'src/f.js#P', true, 'src/f.js#P', true, false]);
});

test('a target is asked for at each call, so a function that is replaced is seen', (t) => {
  const into = directory(t);
  bundle(into, 'a.cjs', 'let f=()=>{f=()=>2;return 1}');
  assert.deepStrictEqual(run(into, "const a=await loadSide(at('a.cjs'));return [a.target(0).fn(),a.target(0).fn()]"), [1, 2]);
});

test('what is wrong with a bundle is told', (t) => {
  const into = directory(t);
  fs.writeFileSync(path.join(into, 'none.cjs'), '');
  bundle(into, 'number.cjs', 'const f=1');
  bundle(into, 'throws.mjs', 'const f=1;throw new Error("at load")');
  assert.match(run(into, "return (await loadSide(at('none.cjs'))).target(0)"), /none\.cjs exposes no function 0/);
  assert.match(run(into, "return (await loadSide(at('number.cjs'))).target(0)"), /number\.cjs exposes number as function 0/);
  assert.match(run(into, "return loadSide(at('throws.mjs'))"), /error: at load/);
  assert.match(run(into, "await loadSide(at('throws.mjs')).catch(()=>0);return loadSide(at('missing.cjs'))"), /Cannot find module/);
});

test('instrumented code passes through, mutants and reach probes work', (t) => {
  const into = directory(t);
  bundle(into, 'a.cjs', `
function sum(a){const $b=function(a){return this.n+a};const $h=${HOOK};return $h?$h.call(1,this,arguments,$b,new.target):0}
function* gen(n){const $b=function*(n){yield n;return 1};const $h=${HOOK};return yield* ($h?$h.generator(2,this,arguments,$b):0)}
const arrow=(($f)=>{const $h=${HOOK};return $h?$h.wrap(3,$f,"arrow"):$f})((x)=>x+1);
function Made(x){const $b=function(x){this.x=x};const $h=${HOOK};return $h?$h.call(4,this,arguments,$b,new.target):0}
function f(){${HOOK}.hit(5);${HOOK}.hit(5);return [sum.call({n:1},2),[...gen(4)],arrow(1),arrow.name,new Made(3).x,${HOOK}.mutant()]}`);
  assert.deepStrictEqual(run(into, "const a=await loadSide(at('a.cjs'),{mutant:7});return [a.target(0).fn(),[...a.hits]]"),
    [[3, [4], 2, 'arrow', 3, 7], [[5, 2]]]);
});

test('a process that has another hook is refused', (t) => {
  const into = directory(t);
  bundle(into, 'a.cjs', 'function f(){}');
  assert.match(run(into, "Object.defineProperty(process,Symbol.for('selfopt.probe'),{value:{}});return loadSide(at('a.cjs'))"), /another selfopt hook/);
});

test('the hook cannot be taken away or replaced by project code', (t) => {
  const into = directory(t);
  bundle(into, 'a.cjs', 'try{delete process[Symbol.for("selfopt.probe")];process[Symbol.for("selfopt.probe")]={}}catch(e){}\nfunction f(){return 1}');
  assert.strictEqual(run(into, "return (await loadSide(at('a.cjs'))).target(0).fn()"), 1);
});
