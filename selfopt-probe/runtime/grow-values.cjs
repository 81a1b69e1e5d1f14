'use strict';
/**
 * grow-values.cjs: other values of the same kind, for the elements that a grown
 * container has more of.
 *
 * Copy k of a value is a function of the value and k alone, so that what was
 * equal stays equal inside of a copy (an id and the references to it, a key and
 * the edge that names it), and what was distinct stays distinct between copies.
 * A column of few values (a type, a state) keeps them.
 *
 * Invariants: pure; copy 0 is the value; integers stay integers, small ones stay
 * small (31 bits); a date stays a date, a single character one, text without a
 * word in it stays as it is.
 */
const { random } = require('./mix.cjs');

/** Elements of a grown container themselves; other slots are fields (`.name`) and what lies deeper. */
const ELEMENT = '#';
const SMALL = 2 ** 30;
const SURROGATES = 0xd800;
const LETTERS = /\p{L}+/u;
const DATE = /^\d{4}-\d\d(?:-\d\d|$)/;
const HEXADECIMAL = /^(?=.*\d)[0-9a-f][0-9a-f-]{5,}$/i;
const DIGITS = /^\d{1,15}$/;

/** What was seen in one slot. */
class Slot {
  constructor() {
    this.count = 0;
    this.distinct = new Set();
    this.min = Infinity;
    this.max = -Infinity;
    this.whole = true;
  }

  add(value) {
    this.count += 1;
    this.distinct.add(value);
    if (typeof value === 'string') return;
    this.min = Math.min(this.min, value);
    this.max = Math.max(this.max, value);
    if (!Number.isInteger(value)) this.whole = false;
  }

  /** Whether the values of the slot may become others. */
  varies(isElement) {
    if (this.distinct.size === 1 && this.count > 1) return false;
    return isElement || this.distinct.size * 2 > this.count;
  }
}

/** Letters that stand nowhere in the texts, drawn from the seed. */
function markerFor(texts, seed) {
  const next = random(seed);
  const letter = () => String.fromCharCode(97 + Math.floor(next() * 26));
  let marker = letter() + letter();
  while (texts.some((text) => text.toLowerCase().includes(marker))) marker += letter();
  return marker;
}

/** k as letters. */
function letters(k) {
  let text = '';
  for (let rest = k; rest > 0; rest = Math.floor(rest / 26)) text += String.fromCharCode(97 + (rest % 26));
  return text;
}

/** A number written in hexadecimal, moved on. */
function movedHexadecimal(text, k) {
  const tail = /[0-9a-f]{1,6}$/i.exec(text);
  if (tail === null) return text;
  const moved = (parseInt(tail[0], 16) + k * 4099) % 16 ** tail[0].length;
  const written = moved.toString(16).padStart(tail[0].length, '0');
  return text.slice(0, tail.index) + (tail[0] === tail[0].toUpperCase() ? written.toUpperCase() : written);
}

/** A date in another year, of as many days. */
function movedDate(text, k) {
  return String((Number(text.slice(0, 4)) + 4 * k) % 10000).padStart(4, '0') + text.slice(4);
}

/** Copy k of a text: letters after its first word. */
function movedText(text, k, marker) {
  if (DATE.test(text)) return movedDate(text, k);
  if (HEXADECIMAL.test(text)) return movedHexadecimal(text, k);
  const from = text.indexOf('://') + 1;
  const word = LETTERS.exec(text.slice(from));
  if (word === null) return text;
  const at = from + word.index + word[0].length;
  const added = marker + letters(k);
  const isUpper = word[0].length > 1 && word[0] === word[0].toUpperCase() && word[0] !== word[0].toLowerCase();
  return text.slice(0, at) + (isUpper ? added.toUpperCase() : added) + text.slice(at);
}

/** Ranges of numbers that overlap become one, so that numbers that name each other move alike. */
function groupsOf(slots) {
  const sorted = slots.sort((a, b) => a.min - b.min || a.max - b.max);
  const groups = [];
  for (const { min, max, whole } of sorted) {
    const last = groups[groups.length - 1];
    if (last !== undefined && min <= last.max) {
      last.max = Math.max(last.max, max);
      last.whole = last.whole && whole;
    } else {
      groups.push({ min, max, whole });
    }
  }
  return groups;
}

/** How far the copies of whole numbers must be apart. */
function spanOf(numbers) {
  let min = Infinity;
  let max = -Infinity;
  for (const number of numbers) {
    min = Math.min(min, number);
    max = Math.max(max, number);
  }
  return numbers.length === 0 ? 1 : max - min + 1;
}

/** Collects values, then gives their copies. */
class Variation {
  /**
   * @param {number} seed
   * @param {number} elements of the largest container: the range of what may be an index
   */
  constructor(seed, elements) {
    this.seed = seed;
    this.elements = elements;
    this.slots = { string: new Map(), number: new Map() };
    this.varied = { string: new Set(), number: new Set() };
    this.groups = [];
  }

  /** Notes a value in its slot. */
  note(slot, value) {
    const slots = this.slots[typeof value];
    if (slots === undefined) return;
    if (!slots.has(slot)) slots.set(slot, new Slot());
    slots.get(slot).add(value);
  }

  /** Ends the collection. */
  decide() {
    const { slots, varied } = this;
    for (const type of ['string', 'number']) {
      for (const [name, slot] of slots[type]) if (slot.varies(name === ELEMENT)) varied[type].add(name);
    }
    /** Texts that name an element wherever they stand. */
    this.entities = varied.string.has(ELEMENT) ? slots.string.get(ELEMENT).distinct : new Set();
    const texts = [];
    for (const slot of slots.string.values()) for (const text of slot.distinct) texts.push(text);
    this.marker = markerFor(texts, this.seed);
    this.characterSpan = spanOf(texts.filter((text) => text.length === 1).map((text) => text.charCodeAt(0)));
    this.digitSpan = spanOf(texts.filter((text) => DIGITS.test(text)).map(Number));
    this.groups = groupsOf([...varied.number].map((name) => slots.number.get(name)));
    for (const group of this.groups) group.span = this.distanceOf(group);
  }

  distanceOf({ min, max, whole }) {
    if (!whole) return ((max - min) * 17) / 16 || 1;
    return min >= 0 && max < this.elements ? this.elements : max - min + 1;
  }

  /**
   * The slot in which the containers have this text or number, `null` when they do not: `slot` or the
   * elements themselves; any, when `slot` is null.
   */
  slotOf(value, slot) {
    const slots = this.slots[typeof value];
    if (slots === undefined) return null;
    for (const name of this.varied[typeof value]) {
      if (slot !== null && name !== slot && name !== ELEMENT) continue;
      if (slots.get(name).distinct.has(value)) return name;
    }
    return null;
  }

  /**
   * Copy k of a value that stands in the slot.
   * @param {string} slot
   * @param {*} value a reference of an encoding; only texts and numbers change
   * @param {number} k
   */
  copy(slot, value, k) {
    if (k === 0) return value;
    if (typeof value === 'string') {
      if (!this.varied.string.has(slot) && !this.entities.has(value)) return value;
      if (DIGITS.test(value)) return this.movedDigits(value, k);
      return value.length === 1 ? this.movedCharacter(value, k) : movedText(value, k, this.marker);
    }
    return typeof value === 'number' && this.varied.number.has(slot) ? this.movedNumber(value, k) : value;
  }

  movedDigits(text, k) {
    const moved = Number(text) + k * this.digitSpan;
    return Number.isSafeInteger(moved) ? String(moved).padStart(text.length, '0') : text;
  }

  movedCharacter(text, k) {
    const code = text.charCodeAt(0) + k * this.characterSpan;
    return code < SURROGATES ? String.fromCharCode(code) : text;
  }

  movedNumber(value, k) {
    const group = this.groups.find(({ min, max }) => value >= min && value <= max);
    if (group === undefined) return value;
    const moved = value + k * group.span;
    if (!group.whole) return Number.isFinite(moved) ? moved : value;
    const limit = Math.abs(value) < SMALL ? SMALL : Number.MAX_SAFE_INTEGER;
    return Math.abs(moved) < limit ? moved : value;
  }
}

module.exports = { ELEMENT, Variation };
