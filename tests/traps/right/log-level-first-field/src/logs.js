'use strict';

const ORDER = ['debug', 'info', 'warn', 'error'];

// "error | 12:00:01 | db | connection lost"
function levelOf(line) {
  return line.split('|')[0].trim().toLowerCase();
}

function atLeast(lines, level) {
  const from = ORDER.indexOf(level);
  if (from < 0) throw new RangeError(`unknown level ${level}`);
  return lines.filter((line) => ORDER.indexOf(levelOf(line)) >= from);
}

function countLevels(lines) {
  const counts = {};
  for (const level of ORDER) counts[level] = 0;
  for (const line of lines) {
    const level = levelOf(line);
    if (Object.hasOwn(counts, level)) counts[level] += 1;
  }
  return counts;
}

module.exports = { atLeast, countLevels, levelOf };
