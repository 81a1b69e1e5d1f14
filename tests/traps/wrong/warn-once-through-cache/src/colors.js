'use strict';

const NAMES = { black: '#000000', white: '#ffffff', red: '#ff0000', green: '#008000', navy: '#000080' };

function resolve(color) {
  const text = color.trim().toLowerCase();
  if (/^#[0-9a-f]{6}$/.test(text)) return text;
  const short = /^#([0-9a-f])([0-9a-f])([0-9a-f])$/.exec(text);
  if (short) return `#${short[1]}${short[1]}${short[2]}${short[2]}${short[3]}${short[3]}`;
  if (Object.hasOwn(NAMES, text)) return NAMES[text];
  console.warn(`unknown colour "${color}", black is used`);
  return NAMES.black;
}

function channels(color) {
  const value = parseInt(resolve(color).slice(1), 16);
  return [value >> 16, (value >> 8) & 255, value & 255];
}

function palette(colors) {
  return [...new Set(colors.map(resolve))].sort();
}

module.exports = { channels, palette, resolve };
