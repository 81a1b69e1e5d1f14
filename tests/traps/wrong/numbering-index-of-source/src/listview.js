'use strict';

function escape(text) {
  return text.replace(/&/g, '&amp;').replace(/</g, '&lt;');
}

function renderVisible(items, render) {
  return items.filter((item) => !item.hidden).map(render).join('\n');
}

const stripes = (item, index) => `<li class="${index % 2 ? 'odd' : 'even'}">${escape(item.text)}</li>`;

function renderList(items, title) {
  const body = renderVisible(items, stripes);
  return `<h2>${escape(title)}</h2>\n<ul>\n${body}\n</ul>`;
}

module.exports = { renderList, renderVisible, stripes };
