const DAY = 86400000;

export function dayName(date) {
  const format = new Intl.DateTimeFormat('en-GB', { weekday: 'short', day: 'numeric', month: 'short', timeZone: 'UTC' });
  return format.format(date);
}

// One entry a day from `start` on, with the events of that day.
export function agenda(start, days, events) {
  const first = Date.parse(`${start}T00:00:00Z`);
  return Array.from({ length: days }, (_, i) => {
    const from = first + i * DAY;
    const titles = events.filter((event) => event.at >= from && event.at < from + DAY).map((event) => event.title);
    return { day: dayName(new Date(from)), titles };
  });
}

export function render(entries) {
  return entries.filter((entry) => entry.titles.length > 0).map((entry) => `${entry.day}: ${entry.titles.join(', ')}`);
}
