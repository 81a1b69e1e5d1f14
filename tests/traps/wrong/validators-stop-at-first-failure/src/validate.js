'use strict';

const rules = {
  required: (field) => (record, report) => {
    const ok = record[field] !== undefined && record[field] !== '';
    if (!ok) report(`${field} is required`);
    return ok;
  },
  max: (field, length) => (record, report) => {
    const ok = String(record[field] ?? '').length <= length;
    if (!ok) report(`${field} is longer than ${length}`);
    return ok;
  },
};

function isValid(record, checks, report = () => {}) {
  return checks.map((check) => check(record, report)).every((ok) => ok === true);
}

function partition(records, checks) {
  const good = [];
  const bad = [];
  for (const record of records) (isValid(record, checks) ? good : bad).push(record);
  return { good, bad };
}

module.exports = { isValid, partition, rules };
