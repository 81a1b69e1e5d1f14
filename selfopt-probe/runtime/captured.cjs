'use strict';
/**
 * captured.cjs: what the runtime needs of Node, taken when the process starts.
 *
 * Invariant: the preload loads this file before any code of the project runs,
 * so that a test which replaces the clock, `fs`, `Promise.prototype.then` or
 * `Reflect.apply` changes nothing here. It costs a few property reads.
 */
const fs = require('fs');
const v8 = require('v8');
const util = require('util');

const { hrtime } = process;

function cpuReader(read) {
  const owner = process;
  const { apply } = Reflect;
  return function cpu() {
    const used = apply(read, owner, []);
    return used.user + used.system;
  };
}

module.exports = {
  openSync: fs.openSync,
  writeSync: fs.writeSync,
  readSync: fs.readSync,
  readFileSync: fs.readFileSync,
  closeSync: fs.closeSync,
  serialize: v8.serialize,
  deserialize: v8.deserialize,
  isPromise: util.types.isPromise,
  isProxy: util.types.isProxy,
  isAsyncFunction: util.types.isAsyncFunction,
  isGeneratorFunction: util.types.isGeneratorFunction,
  apply: Reflect.apply,
  construct: Reflect.construct,
  ownKeys: Reflect.ownKeys,
  defineProperty: Object.defineProperty,
  getOwnPropertyDescriptor: Object.getOwnPropertyDescriptor,
  functionToString: Function.prototype.toString,
  then: Promise.prototype.then,
  Proxy,
  FunctionOf: Function,
  iterator: Symbol.iterator,
  asyncIterator: Symbol.asyncIterator,
  pid: process.pid,
  /** Nanoseconds of a clock that never goes back, as a number. */
  now: (function () {
    const read = hrtime;
    return function now() {
      const time = read();
      return time[0] * 1e9 + time[1];
    };
  })(),
  /** Microseconds of CPU time that the process has used. */
  cpu: cpuReader(process.cpuUsage),
  /** The same of this thread, where Node tells it. */
  threadCpu: cpuReader(process.threadCpuUsage || process.cpuUsage),
  onExit: (function () {
    const { on } = process;
    const { apply } = Reflect;
    return function onExit(run) {
      apply(on, process, ['exit', run]);
    };
  })(),
};
