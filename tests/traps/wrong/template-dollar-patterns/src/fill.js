'use strict';

function fill(template, values) {
  let text = template;
  for (const [name, value] of Object.entries(values)) {
    text = text.split(`{${name}}`).join(String(value));
  }
  return text;
}

function placeholders(template) {
  return [...new Set(Array.from(template.matchAll(/\{(\w+)\}/g), (match) => match[1]))];
}

function letters(template, people) {
  const missing = placeholders(template).filter((name) => !people.every((person) => name in person));
  if (missing.length > 0) throw new Error(`no value for ${missing.join(', ')}`);
  return people.map((person) => fill(template, person));
}

module.exports = { fill, letters, placeholders };
