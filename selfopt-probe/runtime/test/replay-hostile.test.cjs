'use strict';
// Bundles that overwrite what the replay could use, or talk to it: they get no outcome that they did
// not earn. And the script around the replay.
const test = require('node:test');
const assert = require('node:assert');
const fs = require('fs');
const path = require('path');
const { spawnSync } = require('child_process');
const { writeCalls } = require('../calls.cjs');
const { encode } = require('../graph.cjs');
const { bundle, directory, replaySides } = require('../testing/sides.cjs');

const GOOD = 'function f(l){return l.map(x=>x+1)}';
const WRONG = 'function f(l){const r=[];for(let i=0;i<l.length;i++)r[i]=l[i]+(i===1?2:1);return r}';
const RIGHT = 'function f(l){const r=[];for(let i=0;i<l.length;i++)r[i]=l[i]+1;return r}';
const INPUTS = [[[1, 2]], [[3]], [[4, 5, 6]]];

/** What hostile code does when it is loaded. */
const ATTACKS = {
  'JSON, console and structured clones': 'JSON.stringify=()=>"{}";JSON.parse=()=>({});console.log=console.error=()=>{};globalThis.structuredClone=()=>1;',
  'methods of arrays, maps and sets': `for(const k of ["push","map","slice","concat","join","indexOf","forEach","filter","sort"])Array.prototype[k]=()=>[];
    for(const C of [Map,Set,WeakMap])for(const k of ["get","set","has","add","forEach"])if(C.prototype[k])C.prototype[k]=()=>undefined;`,
  'iteration': 'Array.prototype[Symbol.iterator]=function*(){};Map.prototype[Symbol.iterator]=function*(){};',
  'statics of Object and Reflect': `for(const k of ["keys","entries","getOwnPropertyDescriptor","getOwnPropertyNames","getPrototypeOf","is","assign","defineProperty"])Object[k]=()=>[];
    for(const k of ["apply","construct","ownKeys","defineProperty","get"])Reflect[k]=()=>[];Array.isArray=()=>false;`,
  'what objects inherit': 'Object.prototype.toJSON=()=>0;Object.defineProperty(Object.prototype,"kind",{get(){return "return"},set(){},configurable:true});Object.prototype.reason=null;',
  'functions and promises': 'Function.prototype.call=Function.prototype.bind=()=>1;Promise.prototype.then=()=>1;Promise.resolve=()=>1;',
  'timers and process': 'globalThis.setImmediate=()=>0;globalThis.setTimeout=()=>0;process.nextTick=()=>0;process.cpuUsage=()=>({user:0,system:0});process.exit=()=>0;process.on=()=>0;',
  'files, buffers and serialization': `const fs=require("fs"),v8=require("v8");fs.writeSync=fs.readSync=fs.writeFileSync=()=>0;v8.serialize=()=>Buffer.alloc(0);v8.deserialize=()=>({});
    Buffer.alloc=Buffer.from=Buffer.concat=()=>new Uint8Array(9);`,
  'the hook and the clock': 'Date.now=()=>5;Math.random=()=>0.5;try{process[Symbol.for("selfopt.probe")]=null}catch(e){}',
};

for (const [what, attack] of Object.entries(ATTACKS)) {
  test(`hostile code that overwrites ${what} cannot hide a difference`, async (t) => {
    const wrong = await replaySides(t, { base: GOOD, candidate: `${attack}\n${WRONG}`, inputs: INPUTS });
    assert.ok(wrong.difference !== null || wrong.agreed < 2, JSON.stringify(wrong));
    assert.ok(wrong.agreed <= 1, 'only the list of one element agrees');
    const right = await replaySides(t, { base: GOOD, candidate: `${attack}\n${RIGHT}`, inputs: INPUTS });
    assert.deepStrictEqual([right.agreed, right.difference], [3, null]);
  });
}

test('code that writes answers of its own gets none', async (t) => {
  const forge = `const v8=require("v8"),fs=require("fs");
function f(l){
  const body=v8.serialize({secret:"guess",outcome:{kind:"return"}});
  const head=Buffer.alloc(4);head.writeUInt32LE(body.length,0);
  fs.writeSync(4,Buffer.concat([head,body]));
  return l;
}`;
  const result = await replaySides(t, { base: GOOD, candidate: forge, inputs: INPUTS });
  assert.strictEqual(result.agreed, 0);
  assert.strictEqual(result.undecidable['candidate-breaks-protocol'] + (result.undecidable['not-run'] || 0), 3);
});

test('code that answers itself with rubbish, or closes the channel, gets no outcome', async (t) => {
  for (const attack of ['require("fs").writeSync(4,Buffer.alloc(64,255))', 'require("fs").closeSync(4)', 'process.kill(process.pid,"SIGKILL")', 'process.abort()']) {
    const result = await replaySides(t, { base: GOOD, candidate: `function f(l){${attack};return l.map(x=>x+1)}`, inputs: [[[1]]] });
    assert.strictEqual(result.agreed, 0, attack);
  }
});

test('a process that ends in a call is no success, on either side', async (t) => {
  const exits = 'function f(l){process.exit(0)}';
  const inBoth = await replaySides(t, { base: exits, candidate: exits, inputs: [[[1]]], outcomes: [null] });
  assert.deepStrictEqual([inBoth.undecidable, inBoth.agreed, inBoth.replayable], [{ 'base-exits': 1 }, 0, 0]);
  const inCandidate = await replaySides(t, { base: GOOD, candidate: exits, inputs: [[[1]]] });
  assert.deepStrictEqual([inCandidate.agreed, inCandidate.difference.path], [0, 'outcome']);
  const later = await replaySides(t, {
    base: GOOD, candidate: `function f(l){setTimeout(()=>process.exit(0),0);process.on("exit",()=>{});return l.map(x=>x+1)}`, inputs: INPUTS,
  });
  assert.ok(later.difference !== null || later.agreed === 3, JSON.stringify(later));
});

test('the script writes the whole result, or says in one line why there is none', async (t) => {
  const into = directory(t);
  const calls = path.join(into, 'f.calls');
  writeCalls(calls, INPUTS.map(([list]) => ({
    roots: encode([undefined, list]), outcome: { kind: 'return', encoding: encode([list.map((x) => x + 1), undefined, list]) }, weight: 1, stratum: 's',
  })));
  const run = (request) => {
    const file = path.join(into, 'request.json');
    fs.writeFileSync(file, JSON.stringify(request));
    return spawnSync(process.execPath, [path.join(__dirname, '..', 'replay.cjs'), file], {
      encoding: 'utf8', env: { ...process.env, SELFOPT_PROBE: '/nowhere' },
    });
  };
  const request = {
    result: path.join(into, 'result.json'), base: bundle(into, 'a.cjs', GOOD), candidate: bundle(into, 'b.cjs', RIGHT),
    function: 0, calls, seed: 1, variations: 10, budgetMs: 20000,
  };
  const good = run(request);
  assert.deepStrictEqual([good.status, good.stdout, good.stderr], [0, '', '']);
  const result = JSON.parse(fs.readFileSync(request.result, 'utf8'));
  assert.deepStrictEqual(Object.keys(result).sort(), [
    'agreed', 'async', 'calls', 'difference', 'differenceInside', 'differenceOutside', 'mutates', 'nondeterministic', 'replayable', 'shapes',
    'undecidable', 'unfaithful', 'unverified', 'variations',
  ]);
  assert.deepStrictEqual([result.calls, result.agreed], [3, 3]);
  fs.rmSync(request.result);
  for (const [broken, why] of [
    [{ candidate: bundle(into, 'c.cjs', 'throw new Error("no luck")') }, /c\.cjs does not load: no luck/],
    [{ candidate: bundle(into, 'd.cjs', 'process.exit(0)') }, /d\.cjs does not load: the process ended with exit code 0/],
    [{ candidate: bundle(into, 'e.cjs', 'const f=1') }, /exposes number as function 0/],
    [{ function: 4 }, /exposes no function 4/],
    [{ calls: path.join(into, 'none.calls') }, /ENOENT/],
    [{ variations: -1 }, /"variations" must be/],
  ]) {
    const bad = run({ ...request, ...broken });
    assert.strictEqual(bad.status, 1);
    assert.match(bad.stderr, why);
    assert.strictEqual(bad.stderr.trim().split('\n').length, 1);
    assert.strictEqual(fs.existsSync(request.result), false);
  }
});

test('halves of surrogate pairs never get into a result', () => {
  const { jsonText } = require('../script.cjs');
  const value = { '\ud800': ['\udfff\\ud83d', '\u{1F600}', '\\\ud83d', '"\ud83d\ud83d\ude00'] };
  const text = jsonText(value);
  assert.deepStrictEqual(JSON.parse(text), { '\ufffd': ['\ufffd\\ud83d', '\u{1F600}', '\\\ufffd', '"\ufffd\u{1F600}'] });
  assert.ok(!/[^\\](?:\\\\)*\\ud[89a-f]/.test(text));
});

test('a mutant of the candidate is switched on by its number', async (t) => {
  const { HOOK } = require('../testing/sides.cjs');
  const candidate = `function f(l){return l.map(x=>(${HOOK}&&${HOOK}.mutant()===2?x-1:x+1))}`;
  const off = await replaySides(t, { base: GOOD, candidate, inputs: INPUTS });
  const on = await replaySides(t, { base: GOOD, candidate, inputs: INPUTS, request: { mutant: 2 } });
  assert.deepStrictEqual([off.agreed, on.agreed], [3, 0]);
});
