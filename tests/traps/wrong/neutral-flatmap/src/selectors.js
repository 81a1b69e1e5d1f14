'use strict';

// All selectors of rules with nested parts: "ul" with ["li", "a"] gives "ul li", "ul a".
function expand(rules) {
  return rules
    .map((rule) => (rule.nested.length === 0 ? rule.selectors : rule.selectors.map((outer) => rule.nested.map((inner) => `${outer} ${inner}`)).flat()))
    .flat();
}

function parse(text) {
  return text.split('\n').filter(Boolean).map((line) => {
    const [left, right = ''] = line.split('>');
    const list = (part) => part.split(',').map((entry) => entry.trim()).filter(Boolean);
    return { selectors: list(left), nested: list(right) };
  });
}

function unique(text) {
  return [...new Set(expand(parse(text)))];
}

module.exports = { expand, parse, unique };
