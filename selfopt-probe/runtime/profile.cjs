'use strict';

/*
 * CPU profiles of every Node process and worker thread of a command.
 *
 * Preloaded with NODE_OPTIONS="--require <this file>" and SELFOPT_PROBE=<request>; does nothing at
 * all when the variable is missing, the file cannot be read, or its mode is another one. The request:
 *
 *   {"mode": "profile", "out": DIR, "root": DIR,
 *    "profile": {"intervalUs": 500, "sliceMs": 1000, "bytesPerThread": N, "bytesTotal": N}}
 *
 * Relative folders start at the folder of the request. Results, in `out`:
 *   <pid>-<thread>-<n>.cpuprofile  one slice, a V8 CPU profile with `root`, `pid`, `thread` and
 *                                  `intervalUs` beside V8's own keys; complete or not there
 *   <pid>-<thread>.lost            {"slices": n, "us": n, "stopped": bool}: what a limit kept out
 *   written                        one byte for each KiB written by all processes together
 *
 * Invariants:
 *  - Slices overlap: the next begins before the last ends, so V8's profiler is never stopped.
 *    Starting it anew walks the whole heap (tens of milliseconds); a cut costs about one.
 *  - A slice is on disk before the process can be ended for what it just did: a cut comes before
 *    each message to the parent, when the process falls idle, every second, and at exit.
 *  - Size is bounded for a slice, a thread and all threads together. The more a thread has
 *    written, the longer its slices become.
 *  - No error in here reaches the project.
 */

const fs = require('fs');
const path = require('path');
const { pathToFileURL } = require('url');

/** How often the process is looked at. */
const TICK_MS = 50;
/** Messages closer together than this do not cut twice. */
const MESSAGE_GAP_MS = 20;
/** Slices of a process that mostly waits grow to this many times their usual length. */
const IDLE_FACTOR = 3;
/** Bytes after which a thread's slices are twice as long, after as many again three times. */
const STRETCH_BYTES = 4 * 1024 * 1024;
const MOST_STRETCH = 5;
/** A slice with more nodes is dropped, and the next is half as long. */
const MOST_NODES = 50000;
const SHORTEST_SLICE_MS = 20;

const TITLE = 'selfopt:';
const OWN_URL = pathToFileURL(__filename).href;
const DEFAULTS = {
  intervalUs: 500,
  sliceMs: 1000,
  bytesPerThread: 48 * 1024 * 1024,
  bytesTotal: 96 * 1024 * 1024,
};

// The project may replace what it finds; what is needed later is taken now.
const { writeFileSync, renameSync, appendFileSync, statSync, existsSync, mkdirSync } = fs;
const { stringify, parse } = JSON;
const { apply } = Reflect;
const { round, max, min, ceil } = Math;
const { hrtime, cpuUsage } = process;

/** Milliseconds of a clock that no test can fake. */
function now() {
  const time = hrtime();
  return time[0] * 1e3 + time[1] / 1e6;
}

/** The request, or null when this process is not to be profiled. */
function readRequest(file) {
  if (!file) return null;
  try {
    const request = parse(fs.readFileSync(file, 'utf8'));
    if (request === null || request.mode !== 'profile' || typeof request.out !== 'string') return null;
    const folder = path.dirname(file);
    const root = path.resolve(folder, typeof request.root === 'string' ? request.root : '.');
    const given = request.profile || {};
    const settings = {};
    for (const key of Object.keys(DEFAULTS)) {
      settings[key] = given[key] > 0 ? Number(given[key]) : DEFAULTS[key];
    }
    settings.intervalUs = round(min(max(settings.intervalUs, 100), 5000));
    return { out: path.resolve(folder, request.out), root: fs.realpathSync(root), settings };
  } catch (_) {
    return null;
  }
}

/**
 * Where slices go: numbered files of this thread, within the limits.
 */
function createSink(request, thread) {
  const { out, root, settings } = request;
  const owner = `${process.pid}-${thread}`;
  const ledger = path.join(out, 'written');
  const lost = { slices: 0, us: 0, stopped: false };
  let bytes = 0;
  let n = 0;
  mkdirSync(out, { recursive: true });
  // A process of an earlier command may have had the same number.
  while (existsSync(path.join(out, `${owner}-${n}.cpuprofile`))) n += 10000;

  function lose(profile) {
    lost.slices += 1;
    lost.us += max(0, profile.endTime - profile.startTime);
    writeFileSync(path.join(out, `${owner}.lost`), stringify(lost));
  }

  return {
    /** How much longer slices should be than usual. */
    stretch() {
      return min(1 + bytes / STRETCH_BYTES, MOST_STRETCH);
    },
    /** Drops a slice that is too large by itself. */
    drop: lose,
    /** Writes a slice; false when this was the last that may be written. */
    write(profile) {
      const text = stringify({
        root,
        pid: process.pid,
        thread,
        intervalUs: settings.intervalUs,
        startTime: profile.startTime,
        endTime: profile.endTime,
        nodes: profile.nodes,
        samples: profile.samples,
        timeDeltas: profile.timeDeltas,
      });
      const kib = ceil(text.length / 1024);
      const before = existsSync(ledger) ? statSync(ledger).size : 0;
      if (bytes + text.length > settings.bytesPerThread || (before + kib) * 1024 > settings.bytesTotal) {
        lost.stopped = true;
        lose(profile);
        return false;
      }
      appendFileSync(ledger, '.'.repeat(kib));
      const file = path.join(out, `${owner}-${n}.cpuprofile`);
      writeFileSync(`${file}.part`, text);
      renameSync(`${file}.part`, file);
      n += 1;
      bytes += text.length;
      return true;
    },
  };
}

/** Whether a profile saw code of the project or of a package, and not only Node itself. */
function sawCode(profile) {
  return profile.nodes.some(({ callFrame: { url } }) => {
    return url !== '' && !url.startsWith('node:') && url !== OWN_URL;
  });
}

/**
 * The profiler of this thread: begins at once, `cut()` puts on disk what was
 * seen so far.
 */
function createProfiler(request, sink) {
  const inspector = require('inspector');
  const session = new inspector.Session();
  const { profile: beginProfile, profileEnd: endProfile } = inspector.console;
  let sliceMs = request.settings.sliceMs;
  let n = 0;
  let current = '';
  let begun = 0;
  let stopped = false;
  let busy = false;

  function begin() {
    current = `${TITLE}${n}`;
    n += 1;
    begun = now();
    apply(beginProfile, inspector.console, [current]);
  }

  function stop() {
    if (stopped) return;
    stopped = true;
    apply(endProfile, inspector.console, [current]);
  }

  function take(profile) {
    if (profile.nodes.length > MOST_NODES) {
      sliceMs = max(SHORTEST_SLICE_MS, sliceMs / 2);
      sink.drop(profile);
      return;
    }
    if (!sawCode(profile)) return;
    for (const node of profile.nodes) delete node.positionTicks;
    if (!sink.write(profile)) stop();
  }

  session.connect();
  session.on('Profiler.consoleProfileFinished', (message) => {
    const { title, profile } = message.params;
    if (typeof title !== 'string' || !title.startsWith(TITLE)) return;
    // `console.profileEnd()` without a title ends whichever began last.
    if (title === current && !stopped) begin();
    try {
      take(profile);
    } catch (_) {
      // The disk is full, or the project put a file system of its own in place.
    }
  });
  session.post('Profiler.enable');
  session.post('Profiler.setSamplingInterval', { interval: request.settings.intervalUs });
  begin();

  return {
    /** Milliseconds since the slice began. */
    age: () => now() - begun,
    /** How long a slice should be. */
    sliceMs: () => sliceMs * sink.stretch(),
    cut() {
      if (stopped || busy) return;
      busy = true;
      try {
        const ended = current;
        begin();
        apply(endProfile, inspector.console, [ended]);
      } catch (_) {
        stopped = true;
      } finally {
        busy = false;
      }
    },
  };
}

/** CPU time of the process so far. Times of the event loop are wrong where signals interrupt it. */
function cpuMs() {
  const { user, system } = apply(cpuUsage, process, []);
  return (user + system) / 1e3;
}

/** Cuts when a slice is long enough, and when the process falls idle after work. */
function watchLoop(profiler) {
  let atTick = cpuMs();
  let worked = true;
  function tick() {
    const cpu = cpuMs();
    const isBusy = cpu - atTick >= TICK_MS / 2;
    worked = worked || isBusy;
    atTick = cpu;
    const age = profiler.age();
    const slice = profiler.sliceMs();
    if ((worked && (!isBusy || age >= slice)) || age >= IDLE_FACTOR * slice) {
      profiler.cut();
      worked = false;
    }
  }
  setInterval(tick, TICK_MS).unref();
}

/** Replaces a method by `make(original)`, which looks like it. */
function replace(owner, name, make) {
  const original = owner[name];
  if (typeof original !== 'function') return;
  const wrapper = make(original);
  for (const key of ['name', 'length']) {
    Object.defineProperty(wrapper, key, { value: original[key], configurable: true });
  }
  const own = Object.getOwnPropertyDescriptor(owner, name);
  const shape = own || { configurable: true, enumerable: false, writable: true };
  Object.defineProperty(owner, name, { ...shape, value: wrapper });
}

/** Cuts before whatever may be the last thing that this thread does. */
function watchEnd(profiler, sink, worker) {
  // Test runners kill a child, or terminate a worker, once it has reported.
  const reporting = (original) =>
    function (...args) {
      if (profiler.age() >= MESSAGE_GAP_MS * sink.stretch()) profiler.cut();
      return apply(original, this, args);
    };
  if (worker.isMainThread) replace(process, 'send', reporting);
  else replace(worker.MessagePort.prototype, 'postMessage', reporting);
  // Around the project's exit listeners: they work too, and may end the process.
  replace(process, 'emit', (original) =>
    function (...args) {
      if (args[0] !== 'exit') return apply(original, this, args);
      profiler.cut();
      try {
        return apply(original, this, args);
      } finally {
        profiler.cut();
      }
    });
  replace(process, 'reallyExit', (original) =>
    function (...args) {
      profiler.cut();
      return apply(original, this, args);
    });
}

function start(request) {
  const worker = require('worker_threads');
  const sink = createSink(request, worker.threadId);
  const profiler = createProfiler(request, sink);
  watchLoop(profiler);
  watchEnd(profiler, sink, worker);
}

const request = readRequest(process.env.SELFOPT_PROBE);
if (request !== null) {
  try {
    start(request);
  } catch (_) {
    // A Node without the inspector: nothing is seen, and the reader says so.
  }
}
