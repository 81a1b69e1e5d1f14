'use strict';

const TYPES = new Set(['int', 'float', 'text', 'date', 'bool']);

function parseColumns(definition) {
  return definition.split(',').map((part) => {
    const [name, type = 'text', ...flags] = part.trim().split(/[:\s]+/);
    if (!TYPES.has(type)) throw new TypeError(`unknown type ${type} of column ${name}`);
    return { name, type, required: flags.includes('required'), unique: flags.includes('unique') };
  });
}

function createTable(name, definition) {
  const columns = parseColumns(definition);
  const lines = columns.map((column) => {
    const rules = [column.required ? ' not null' : '', column.unique ? ' unique' : ''].join('');
    return `  ${column.name} ${column.type}${rules}`;
  });
  return `create table ${name} (\n${lines.join(',\n')}\n);`;
}

module.exports = { createTable, parseColumns };
