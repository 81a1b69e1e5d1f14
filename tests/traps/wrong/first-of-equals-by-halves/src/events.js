// Events are sorted by time; several may share one.
export function indexAt(events, time) {
  return events.findIndex((event) => event.at === time);
}

export function titleAt(events, time) {
  const index = indexAt(events, time);
  return index === -1 ? null : events[index].title.split(':')[0];
}

export function insert(events, event) {
  let index = events.length;
  while (index > 0 && events[index - 1].at > event.at) index--;
  return [...events.slice(0, index), event, ...events.slice(index)];
}

export function times(events) {
  return [...new Set(events.map((event) => event.at))];
}
