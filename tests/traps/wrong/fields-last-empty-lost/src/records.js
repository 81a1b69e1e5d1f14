'use strict';

function fieldsOf(line, separator) {
  return line.split(separator).map((field) => field.trim());
}

function parseRecords(text, separator = '|') {
  const lines = text.split(/\r?\n/).filter((line) => line !== '');
  const names = fieldsOf(lines[0], separator);
  return lines.slice(1).map((line) => {
    const fields = fieldsOf(line, separator);
    const record = {};
    names.forEach((name, i) => {
      if (fields[i]) record[name] = fields[i];
    });
    return record;
  });
}

module.exports = { fieldsOf, parseRecords };
