'use strict';

const UNITS = [
  { name: 'mm', factor: 0.001 },
  { name: 'cm', factor: 0.01 },
  { name: 'm', factor: 1 },
  { name: 'km', factor: 1000 },
  { name: 'in', factor: 0.0254 },
  { name: 'ft', factor: 0.3048 },
  { name: 'mi', factor: 1609.344 },
];

function find(name) {
  const unit = UNITS.find((candidate) => candidate.name === name);
  if (!unit) throw new RangeError(`unknown unit "${name}", known are ${UNITS.map((known) => known.name).join(', ')}`);
  return unit;
}

function convert(value, from, to) {
  const source = find(from);
  const target = find(to);
  return (value * source.factor) / target.factor;
}

function parseAll(texts, to) {
  return texts.map((text) => {
    const match = /^([\d.]+)\s*(\w+)$/.exec(text);
    if (!match) throw new SyntaxError(`not a length: ${text}`);
    return convert(Number(match[1]), match[2], to);
  });
}

module.exports = { convert, parseAll };
