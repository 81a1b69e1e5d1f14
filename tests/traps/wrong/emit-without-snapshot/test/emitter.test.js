'use strict';
const test = require('node:test');
const assert = require('node:assert/strict');
const { Emitter } = require('../src/emitter.js');

test('listeners get the values', () => {
  const seen = [];
  new Emitter().on('add', 'sum', (a, b) => seen.push(a + b)).emit('add', 2, 3);
  assert.ok(seen.includes(5));
});

test('nobody listens', () => {
  assert.equal(new Emitter().emit('x'), 0);
});

test('off', () => {
  const emitter = new Emitter();
  emitter.on('x', 'gone', () => assert.fail('was removed')).off('x', 'gone').emit('x');
});

test('many listeners', () => {
  const emitter = new Emitter();
  const called = new Set();
  for (let i = 0; i < 50; i++) emitter.on('tick', `t${i}`, () => { called.add(i); });
  assert.equal(emitter.emit('tick'), 50);
  assert.equal(called.size, 50);
});

test('a listener that wants one event only', () => {
  const emitter = new Emitter();
  const seen = [];
  emitter.on('x', 'first', function (value) {
    seen.push(`first ${value}`);
    this.off('x', 'first');
  });
  emitter.on('x', 'second', (value) => seen.push(`second ${value}`));
  emitter.on('x', 'third', (value) => seen.push(`third ${value}`));
  assert.equal(emitter.emit('x', 1), 3);
  emitter.emit('x', 2);
  assert.ok(!seen.includes('first 2'));
  assert.ok(seen.includes('third 2'));
});
