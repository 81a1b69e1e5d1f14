'use strict';

const ENTITIES = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

function escapeHtml(text) {
  return text.replace(/[&<>"']/g, (char) => ENTITIES[char]);
}

function attributes(values) {
  return Object.entries(values)
    .filter(([, value]) => value !== null && value !== false)
    .map(([name, value]) => (value === true ? ` ${name}` : ` ${name}="${escapeHtml(String(value))}"`))
    .join('');
}

function element(name, values, ...children) {
  const inner = children.map((child) => (typeof child === 'string' ? escapeHtml(child) : child.html)).join('');
  return { html: `<${name}${attributes(values)}>${inner}</${name}>` };
}

module.exports = { attributes, element, escapeHtml };
