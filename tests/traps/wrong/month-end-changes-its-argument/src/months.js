'use strict';

const DAY = 86400000;

function endOfMonth(date) {
  return new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0));
}

function daysLeft(date) {
  const end = endOfMonth(date);
  return Math.round((end - Date.UTC(end.getUTCFullYear(), end.getUTCMonth(), 1)) / DAY) + 1;
}

// The ends of the months from a day on, as texts.
function closingDays(start, count) {
  const days = [];
  let date = endOfMonth(new Date(start));
  for (let i = 0; i < count; i++) {
    days.push(date.toISOString().slice(0, 10));
    date = endOfMonth(new Date(date.getTime() + DAY));
  }
  return days;
}

module.exports = { closingDays, daysLeft, endOfMonth };
