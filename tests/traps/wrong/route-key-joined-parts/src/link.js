'use strict';

function segment(text) {
  return encodeURIComponent(text).replace(/[!'()*]/g, (char) => '%' + char.charCodeAt(0).toString(16).toUpperCase());
}

// A link to a page in a section. Slashes inside of a name are part of the name.
function linkFor(section, page) {
  const path = `/${segment(section)}/${segment(page)}`;
  return { path, active: false };
}

function menu(sections, current) {
  const entries = [];
  for (const { name, pages } of sections) {
    for (const page of pages) {
      const link = linkFor(name, page);
      link.active = link.path === current;
      entries.push(link);
    }
  }
  return entries;
}

module.exports = { linkFor, menu, segment };
