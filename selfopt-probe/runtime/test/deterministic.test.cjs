'use strict';
// deterministic.cjs: installed in a process of its own, because it cannot be taken back.
const test = require('node:test');
const assert = require('node:assert');
const path = require('path');
const { spawnSync } = require('child_process');

const FILE = path.join(__dirname, '..', 'deterministic.cjs');

/** Runs `code` in a process in which the clock was installed; gives what it prints as JSON. */
function inside(code, esm = false) {
  const head = esm
    ? `import {createRequire} from 'module';const require=createRequire('file:///x.mjs');const d=require(${JSON.stringify(FILE)});d.install(3);`
    : `const d=require(${JSON.stringify(FILE)});d.install(3);`;
  const run = spawnSync(process.execPath, [...(esm ? ['--input-type=module'] : []), '-e', `${head}const show=v=>console.log(JSON.stringify(v,(k,x)=>typeof x==='bigint'?String(x)+'n':x));${code}`], { encoding: 'utf8' });
  assert.strictEqual(run.stderr, '');
  return JSON.parse(run.stdout);
}

const READ_ALL = `const c=require('crypto');
const all=()=>[Date.now(),new Date().getTime(),Date(),performance.now(),process.hrtime(),process.hrtime.bigint(),process.uptime(),
  Math.random(),c.randomUUID(),crypto.randomUUID(),[...crypto.getRandomValues(new Uint8Array(4))],[...c.randomBytes(4)]];`;

test('two runs read the same and are logged alike', () => {
  const [first, second, reads] = inside(`${READ_ALL}
    const a=d.begin();const x=a.within(all);a.end();Date.now();Math.random();
    const b=d.begin();const y=b.within(all);show([x,y,b.end().reads]);`);
  assert.deepStrictEqual(first, second);
  assert.deepStrictEqual(reads, [
    'Date.now', 'new Date()', 'Date()', 'performance.now', 'process.hrtime', 'process.hrtime.bigint', 'process.uptime', 'Math.random',
    'crypto.randomUUID', 'crypto.randomUUID', 'crypto.getRandomValues', 'crypto.randomBytes',
  ]);
});

test('another process with the same seed reads the same', () => {
  const code = `${READ_ALL}show(d.begin().within(all))`;
  assert.deepStrictEqual(inside(code), inside(code));
});

test('time goes on with every read and random numbers are spread', () => {
  const [times, numbers] = inside(`d.begin();show([[Date.now(),Date.now(),new Date().getTime()],Array.from({length:200},Math.random)])`);
  assert.deepStrictEqual([times[1] - times[0], times[2] - times[1]], [1, 1]);
  assert.strictEqual(new Set(numbers).size, 200);
  assert.ok(numbers.every((x) => x >= 0 && x < 1));
  const mean = numbers.reduce((a, b) => a + b) / 200;
  assert.ok(mean > 0.4 && mean < 0.6);
});

test('dates stay what they were', () => {
  assert.deepStrictEqual(inside(`class Own extends Date{}
    const {Date:Old}=require('vm').runInNewContext('({Date})');
    show([new Date(5).getTime(),new Date(2020,1,3,4).getMonth(),new Date(5) instanceof Date,new Date(5).constructor===Date,new Own(7) instanceof Own,
      new Own(7).getTime(),Date.name,Date.length,Date.now.name,Reflect.ownKeys(Date).sort().join()===Reflect.ownKeys(Old).sort().join(),
      Object.prototype.toString.call(new Date()),Date.UTC(2000,0),Date.parse('1970-01-01'),isNaN(new Date(undefined)),typeof Date(),
      ...[Date,Old].map(C=>{const {writable,enumerable,configurable}=Object.getOwnPropertyDescriptor(C,'prototype');return [writable,enumerable,configurable].join()})]);`), [
    5, 1, true, true, true, 7, 'Date', 7, 'now', true, '[object Date]', 946684800000, 0, true, 'string', 'false,false,false', 'false,false,false',
  ]);
});

test('process.hrtime counts from an earlier reading', () => {
  assert.deepStrictEqual(inside('d.begin();const a=process.hrtime();for(let i=0;i<1500;i++)Date.now();show([a,process.hrtime(a)])'), [[0, 1e6], [1, 501e6]]);
});

test('ESM imports of crypto and perf_hooks read the same clock', () => {
  const [a, b] = inside(`const {randomBytes,randomUUID}=await import('node:crypto');const {performance:p}=await import('node:perf_hooks');
    const all=()=>[[...randomBytes(3)],randomUUID(),p.now()];
    const x=d.begin().within(all);const r=d.begin();const y=r.within(all);show([x,[y,r.end().reads]]);`, true);
  assert.deepStrictEqual([a, ['crypto.randomBytes', 'crypto.randomUUID', 'performance.now']], b);
});

test('a random UUID and refused sizes are as the originals', () => {
  const [uuid, errors, called] = inside(`const c=require('crypto');d.begin();const errors=[];
    for(const f of [()=>c.randomBytes(-1),()=>c.randomBytes('x'),()=>crypto.getRandomValues(new Float64Array(1)),()=>crypto.getRandomValues(new Uint8Array(70000))])
      try{f();errors.push('none')}catch(e){errors.push(e.name)}
    c.randomBytes(2,(e,b)=>show([c.randomUUID(),errors,[e,b.length]]));`);
  assert.match(uuid, /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  assert.deepStrictEqual(errors, ['RangeError', 'TypeError', 'TypeMismatchError', 'QuotaExceededError']);
  assert.deepStrictEqual(called, [null, 2]);
});

test('a read belongs to the run that caused it, also after a wait, and to no other', () => {
  const reads = inside(`const gates=[0,1].map(()=>{const g={};g.opened=new Promise(r=>{g.open=r});return g});
    (async()=>{
      const a=d.begin();
      const work=a.within(async()=>{await gates[0].opened;Date.now();gates[1].open();await gates[1].opened;await 0;await 0;Math.random()});
      gates[0].open();
      await gates[1].opened;
      const first=a.end().reads;
      const b=d.begin();b.within(()=>performance.now());Date.now();
      await work;
      show([first,b.end().reads]);
    })();`);
  assert.deepStrictEqual(reads, [['Date.now'], ['performance.now']]);
});

test('so many reads are kept, all are counted', () => {
  assert.deepStrictEqual(inside('const r=d.begin();r.within(()=>{for(let i=0;i<5000;i++)Date.now()});const e=r.end();show([e.reads.length,e.count])'), [1000, 5000]);
});
