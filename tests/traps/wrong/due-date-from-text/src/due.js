const pad = (value) => String(value).padStart(2, '0');

export function parseDay(text) {
  const [year, month, day] = text.split('-').map(Number);
  return { year, month, day };
}

// Local midnight; days beyond the end of the month count on.
export function toDate({ year, month, day }) {
  return new Date(year, month - 1, day);
}

export function addWeeks({ year, month, day }, count) {
  return { year, month, day: day + 7 * count };
}

export function isOverdue(day, today) {
  return !(toDate(day) >= toDate(today));
}

export function format({ year, month, day }) {
  return `${year}-${pad(month)}-${pad(day)}`;
}
