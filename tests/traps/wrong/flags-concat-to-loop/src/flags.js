'use strict';

// Every entry is one flag or a list of flags.
function collect(entries) {
  return entries.reduce((all, entry) => all.concat(entry), []);
}

function parseShort(argument) {
  return argument.slice(1).split('');
}

function flagsOf(argv) {
  const entries = [];
  for (const argument of argv) {
    if (argument === '--') break;
    if (/^-[a-z]$/i.test(argument)) entries.push(argument[1]);
    else if (/^-[a-z]{2,}$/i.test(argument)) entries.push(parseShort(argument));
  }
  const counts = {};
  for (const flag of collect(entries)) counts[flag] = (counts[flag] || 0) + 1;
  return counts;
}

module.exports = { collect, flagsOf, parseShort };
