'use strict';
// The files that a recorded process writes: frames, counters, and what is left of them when the
// process is killed or the disk takes no more.
const test = require('node:test');
const assert = require('node:assert');
const fs = require('fs');
const os = require('os');
const path = require('path');
const { spawnSync } = require('child_process');
const { MAGIC, frame, readFrames, readFrameAt } = require('../frames.cjs');
const { createOutput, createFrameFile } = require('../writer.cjs');
const { createCounts, readCounts } = require('../counts.cjs');

function directory(t) {
  const made = fs.mkdtempSync(path.join(os.tmpdir(), 'hook-files-'));
  t.after(() => fs.rmSync(made, { recursive: true, force: true }));
  return made;
}

function framesOf(file) {
  const values = [];
  const { truncated } = readFrames(file, (value, bytes, at) => {
    assert.deepStrictEqual(readFrameAt(file, at, bytes), value);
    values.push(value);
  });
  return { values, truncated };
}

test('frames are read up to a cut, wherever it is', (t) => {
  const file = path.join(directory(t), 'x.calls');
  const parts = [{ a: 1 }, [undefined, 2n, -0], 'text'];
  const bytes = Buffer.concat([MAGIC, ...parts.map(frame)]);
  const ends = parts.map((_, i) => MAGIC.length + parts.slice(0, i + 1).reduce((sum, part) => sum + frame(part).length, 0));
  for (let length = 0; length <= bytes.length; length += 1) {
    fs.writeFileSync(file, bytes.subarray(0, length));
    const whole = ends.filter((end) => end <= length).length;
    const { values, truncated } = framesOf(file);
    assert.deepStrictEqual(values, parts.slice(0, whole));
    assert.strictEqual(truncated, length !== MAGIC.length && !ends.includes(length), `${length} bytes`);
  }
});

test('bytes that are no frame end the reading', (t) => {
  const file = path.join(directory(t), 'x.calls');
  fs.writeFileSync(file, Buffer.concat([MAGIC, frame(1), Buffer.from([3, 0, 0, 0, 1, 2, 3])]));
  assert.deepStrictEqual(framesOf(file), { values: [1], truncated: true });
  fs.writeFileSync(file, 'something else');
  assert.throws(() => framesOf(file), /not a file of frames/);
});

test('a name that is taken is left alone, and all files of a thread share the next one', (t) => {
  const out = directory(t);
  fs.writeFileSync(path.join(out, `${process.pid}-0.counts`), 'of another');
  const output = createOutput(out);
  createCounts(output).add(1, 'seen');
  createFrameFile(output, 'calls').write('x');
  assert.deepStrictEqual(fs.readdirSync(out).sort(), [
    `${process.pid}-0.1.calls`, `${process.pid}-0.1.counts`, `${process.pid}-0.counts`,
  ]);
  assert.strictEqual(fs.readFileSync(path.join(out, `${process.pid}-0.counts`), 'utf8'), 'of another');
});

test('a frame that is too large is not written', (t) => {
  const out = directory(t);
  const file = createFrameFile(createOutput(out), 'calls');
  assert.strictEqual(file.write('x'.repeat(100), 50), 0);
  assert.deepStrictEqual(fs.readdirSync(out), []);
  assert.ok(file.write('x', 50) > 0);
  assert.strictEqual(file.stopped(), false);
});

test('a folder that cannot be written to stops the writing and throws nothing', (t) => {
  const out = path.join(directory(t), 'missing');
  const output = createOutput(out);
  const counts = createCounts(output);
  const file = createFrameFile(output, 'calls');
  for (let i = 0; i < 10; i += 1) {
    assert.strictEqual(file.stopped(), false);
    counts.add(1, 'seen');
    assert.strictEqual(file.write('x'), 0);
  }
  assert.strictEqual(file.stopped(), true);
  assert.strictEqual(counts.stopped(), true);
  counts.add(1, 'seen');
  assert.strictEqual(file.write('x'), 0);
});

test('a write that failed leaves no gap, and the next one takes its place', (t) => {
  const out = directory(t);
  let broken = false;
  const output = createOutput(out);
  const fds = [];
  const file = createFrameFile({ open: (extension) => {
    if (broken) throw new Error('no descriptor');
    fds.push(output.open(extension));
    return fds[0];
  } }, 'calls');
  broken = true;
  assert.strictEqual(file.write('lost'), 0);
  broken = false;
  assert.ok(file.write('kept') > 0);
  assert.ok(file.write('too') > 0);
  assert.deepStrictEqual(framesOf(path.join(out, `${process.pid}-0.calls`)), { values: ['kept', 'too'], truncated: false });
});

test('counters are added up by name, long names are cut, too many become more', (t) => {
  const out = directory(t);
  const counts = createCounts(createOutput(out));
  counts.add(7, 'seen');
  counts.add(7, 'seen', 2.5);
  counts.add(7, 'not:class-instance:ü'.padEnd(300, 'ü'));
  counts.add(8, '__proto__', 4);
  for (let i = 0; i < 2100; i += 1) counts.add(9, `n${i}`);
  const read = readCounts(path.join(out, fs.readdirSync(out)[0]));
  assert.deepStrictEqual(read[0], { id: 7, name: 'seen', n: 3.5 });
  assert.match(read[1].name, /^not:class-instance:ü+$/);
  assert.deepStrictEqual(read[2], { id: 8, name: '__proto__', n: 4 });
  assert.deepStrictEqual(read[read.length - 1], { id: 9, name: 'more', n: 100 });
});

test('a counter whose first write failed is whole after the next one', (t) => {
  const out = directory(t);
  let broken = true;
  const output = createOutput(out);
  const counts = createCounts({ open(extension) {
    if (broken) throw new Error('no descriptor');
    return output.open(extension);
  } });
  counts.add(3, 'seen');
  counts.add(4, 'seen');
  broken = false;
  counts.add(4, 'seen');
  counts.add(3, 'seen');
  assert.deepStrictEqual(readCounts(path.join(out, fs.readdirSync(out)[0])), [{ id: 3, name: 'seen', n: 2 }, { id: 4, name: 'seen', n: 2 }]);
});

const KILLED = `
  const { createOutput } = require(${JSON.stringify(require.resolve('../writer.cjs'))});
  const { createCounts } = require(${JSON.stringify(require.resolve('../counts.cjs'))});
  const counts = createCounts(createOutput(process.argv[1]));
  for (let i = 0; i < Number(process.argv[2]); i += 1) counts.add(1, 'seen');
  if (process.argv[3] === 'kill') process.kill(process.pid, 'SIGKILL');
`;

function countAfter(t, calls, ending) {
  const out = directory(t);
  spawnSync(process.execPath, ['-e', KILLED, out, String(calls), ending]);
  return readCounts(path.join(out, fs.readdirSync(out)[0]))[0].n;
}

test('a killed process loses no count of the first 1,024, and a small share of later ones', (t) => {
  assert.strictEqual(countAfter(t, 1000, 'kill'), 1000);
  const late = countAfter(t, 50000, 'kill');
  assert.ok(late <= 50000 && late >= 50000 * (1 - 1 / 256), String(late));
  assert.strictEqual(countAfter(t, 50000, 'exit'), 50000);
});
