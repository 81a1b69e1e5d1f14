'use strict';
// Node's small Buffers are windows into a pool whose other bytes belong to others, and where in the
// pool a Buffer lies is chance. So of a pool only the ranges are written that views in the graph
// cover; views that overlap share one range, and offsets count from its start.
//
// Invariants:
// - Which ranges there are depends on the views alone, not on the order in which they were met.
// - Ranges come behind all other nodes, in the order of their first view.
// - A pool that is itself reachable as an ArrayBuffer is written whole, like any other.

const {
  types, Buffer, base64, bufferLength, bytesFrom, isArray, mapGet, mapSet, sort, SafeMap,
} = require('./primordials.cjs');

const POOL_SIZE = Buffer.poolSize;

/** Whether a view that is smaller than its buffer may be a window into a pool of Node's. */
function looksPooled(proto, buffer, bytes) {
  return isArray(proto) && proto[0] === 'intrinsic' && proto[1] === 'Buffer.prototype'
    && !types.isSharedArrayBuffer(buffer) && bytes < POOL_SIZE && bufferLength(buffer) === POOL_SIZE;
}

/** Notes a view; its `buffer` and `offset` are written by `finishPools`. */
function addWindow(job, node, buffer, offset, bytes) {
  if (job.pools === undefined) job.pools = new SafeMap();
  let windows = mapGet(job.pools, buffer);
  if (windows === undefined) {
    windows = [];
    mapSet(job.pools, buffer, windows);
    job.poolList[job.poolList.length] = buffer;
  }
  windows[windows.length] = { node, from: offset, to: offset + bytes, order: job.windows, range: undefined };
  job.windows += 1;
}

/** Writes the ranges of all pools behind the other nodes. */
function finishPools(job) {
  const ranges = [];
  for (let p = 0; p < job.poolList.length; p += 1) {
    const buffer = job.poolList[p];
    const windows = mapGet(job.pools, buffer);
    const whole = mapGet(job.refs, buffer);
    if (whole === undefined) join(windows, buffer, ranges);
    else {
      for (let i = 0; i < windows.length; i += 1) {
        windows[i].node.offset = windows[i].from;
        windows[i].node.buffer = whole;
      }
    }
  }
  sort(ranges, (a, b) => a.order - b.order);
  for (let i = 0; i < ranges.length; i += 1) writeRange(job, ranges[i]);
}

function join(windows, buffer, ranges) {
  sort(windows, (a, b) => a.from - b.from || b.to - a.to || a.order - b.order);
  let range;
  for (let i = 0; i < windows.length; i += 1) {
    const window = windows[i];
    // An empty window at an edge shares no byte; inside a range it belongs to it.
    if (range === undefined || window.from >= range.to) {
      range = { buffer, from: window.from, to: window.to, order: window.order, windows: [] };
      ranges[ranges.length] = range;
    }
    if (window.to > range.to) range.to = window.to;
    if (window.order < range.order) range.order = window.order;
    range.windows[range.windows.length] = window;
  }
}

function writeRange(job, range) {
  const number = job.nodes.length;
  if (number >= job.maxNodes) job.refuse('too-large');
  const length = range.to - range.from;
  job.charge(24 + (length * 4) / 3);
  const bytes = length === 0 ? '' : base64(bytesFrom(range.buffer, range.from, length), 'base64');
  job.nodes[number] = { k: 'pool', len: POOL_SIZE, bytes };
  for (let i = 0; i < range.windows.length; i += 1) {
    range.windows[i].node.offset = range.windows[i].from - range.from;
    range.windows[i].node.buffer = [number];
  }
}

module.exports = { addWindow, finishPools, looksPooled };
