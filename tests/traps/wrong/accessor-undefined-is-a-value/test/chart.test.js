'use strict';
const test = require('node:test');
const assert = require('node:assert/strict');
const { Chart } = require('../src/chart.js');

test('answers', () => {
  assert.equal(new Chart('Sales').title(), 'Sales');
  assert.deepEqual(new Chart('x').size(), [640, 400]);
});

test('settings', () => {
  assert.equal(new Chart('a').title('b').title(), 'b');
  assert.deepEqual(new Chart('a').size(100).size(), [100, 100]);
});

test('the picture', () => {
  assert.equal(new Chart('a').size(10, 20).render(), '<svg width="10" height="20"><title>a</title></svg>');
});

test('the empty title is left out', () => {
  assert.ok(!new Chart('a').title('').render().includes('<title>'));
});

test('a title can be cleared', () => {
  const chart = new Chart('');
  chart.title(undefined);
  assert.ok(!chart.render().includes('<title>'));
});

test('many charts', () => {
  for (let i = 0; i < 60; i++) assert.equal(new Chart(`c${i}`).title(), `c${i}`);
});
